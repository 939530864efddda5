//! Rust sources and the names they use.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use tests::binaries::workspace;

/// One source file.
pub struct Source {
    pub path: PathBuf,
    pub text: String,
}

impl Source {
    /// The text without comments and without the unit tests at its end.
    pub fn code(&self) -> String {
        let body = self.text.split("#[cfg(test)]").next().unwrap_or_default();
        let lines = body.lines().filter(|line| !line.trim_start().starts_with("//"));
        lines.collect::<Vec<_>>().join("\n")
    }
}

/// Every `.rs` file below a directory, without sibling files of unit tests.
pub fn sources(directory: &str) -> Vec<Source> {
    let mut found = Vec::new();
    collect(&workspace().join(directory), &mut found);
    found
}

pub fn read(file: &str) -> String {
    fs::read_to_string(workspace().join(file)).unwrap()
}

fn collect(directory: &Path, found: &mut Vec<Source>) {
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, found);
        } else if path.extension().is_some_and(|kind| kind == "rs") && !path.ends_with("tests.rs") {
            let text = fs::read_to_string(&path).unwrap();
            found.push(Source { path, text });
        }
    }
}

/// The top-level modules of its own crate that a file names.
pub fn modules_of(file: &Source) -> BTreeSet<String> {
    let code = file.code();
    let direct = names_after(&code, "crate::");
    let groups = code.split("crate::{").skip(1).flat_map(|rest| heads(group(rest)));
    direct.into_iter().chain(groups).filter(|name| name.starts_with(char::is_lowercase)).collect()
}

/// The crates that a file names, in `use` lines and in paths. Own modules may be among them.
pub fn crates_of(file: &Source) -> BTreeSet<String> {
    let code = file.code();
    let words = code.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == ':'));
    let heads = words.filter_map(|word| word.split_once("::")).map(|(head, _)| head.to_owned());
    heads.filter(|head| !head.is_empty()).collect()
}

fn names_after(code: &str, prefix: &str) -> Vec<String> {
    code.split(prefix).skip(1).map(name).filter(|name| !name.is_empty()).collect()
}

/// The inside of a brace group, given what follows its opening brace.
fn group(rest: &str) -> &str {
    let mut depth = 1;
    let end = rest.find(|c: char| {
        depth += i32::from(c == '{') - i32::from(c == '}');
        depth == 0
    });
    &rest[..end.unwrap_or(rest.len())]
}

/// The first name of each item of a brace group, nested groups left aside.
fn heads(group: &str) -> Vec<String> {
    let mut depth = 0;
    let items = group.split(move |c: char| {
        depth += i32::from(c == '{') - i32::from(c == '}');
        c == ',' && depth == 0
    });
    items.map(|item| name(item.trim())).filter(|name| !name.is_empty()).collect()
}

fn name(text: &str) -> String {
    text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

#[test]
fn names_are_found_in_paths_and_in_groups() {
    let text = "use crate::{domain::{Id, Room}, store, wire::http};\nfn f() { crate::app::run(); }";
    let file = Source { path: PathBuf::new(), text: text.to_owned() };
    let expected = ["app", "domain", "store", "wire"].map(str::to_owned);
    assert_eq!(modules_of(&file), expected.into());
}
