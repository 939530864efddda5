//! Rust sources, and which module each of them is.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use tests::binaries::workspace;

use crate::paths::paths_in;

/// One source file with its place in the crate.
pub struct Source {
    pub path: PathBuf,
    pub text: String,
    /// Where it stands in its crate: `store/keys.rs` is `["store", "keys"]`, `store/mod.rs` is `["store"]`.
    pub module: Vec<String>,
}

impl Source {
    /// The text without comments and without unit tests.
    pub fn code(&self) -> String {
        let lines = self.text.lines().filter(|line| !line.trim_start().starts_with("//"));
        without_tests(&lines.collect::<Vec<_>>().join("\n"))
    }

    /// The topmost module that it belongs to; none for the crate's root.
    pub fn room(&self) -> Option<&str> {
        self.module.first().map(String::as_str)
    }

    /// Everything of its own crate that it names, as paths from the crate's root.
    pub fn paths(&self) -> BTreeSet<Vec<String>> {
        paths_in(&self.code(), &self.module)
    }
}

/// Every `.rs` file below a directory, without the files of unit tests.
pub fn sources(directory: &str) -> Vec<Source> {
    let root = workspace().join(directory);
    let mut found = Vec::new();
    collect(&root, &root, &mut found);
    found
}

pub fn read(file: &str) -> String {
    fs::read_to_string(workspace().join(file)).unwrap()
}

fn collect(root: &Path, directory: &Path, found: &mut Vec<Source>) {
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.file_stem().is_some_and(|name| name == "tests") {
            continue;
        }
        if path.is_dir() {
            collect(root, &path, found);
        } else if path.extension().is_some_and(|kind| kind == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            let module = module(path.strip_prefix(root).unwrap());
            let path = path.strip_prefix(workspace()).unwrap().to_owned();
            found.push(Source { path, text, module });
        }
    }
}

fn module(file: &Path) -> Vec<String> {
    let parts = file.with_extension("");
    let parts = parts.iter().map(|part| part.to_str().unwrap().to_owned());
    parts.filter(|part| !["mod", "lib", "main"].contains(&part.as_str())).collect()
}

/// Leaves out what `#[cfg(test)]` stands before: a `mod tests;`, or an item up to its closing brace.
fn without_tests(code: &str) -> String {
    let mut parts = code.split("#[cfg(test)]");
    let mut kept = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let end = part.find([';', '{']).unwrap_or(part.len());
        if part[end..].starts_with('{') {
            let inside = group(&part[end + 1..]);
            kept.push_str(part.get(end + 2 + inside.len()..).unwrap_or_default());
        } else {
            kept.push_str(part.get(end + 1..).unwrap_or_default());
        }
    }
    kept
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

/// The crates that a file names, in `use` lines and in paths. Own modules may be among them.
pub fn crates_of(file: &Source) -> BTreeSet<String> {
    let code = file.code();
    let words = code.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == ':'));
    let heads = words.filter_map(|word| word.split_once("::")).map(|(head, _)| head.to_owned());
    heads.filter(|head| !head.is_empty()).collect()
}

#[test]
fn unit_tests_are_left_out_wherever_they_stand() {
    let text = "#[cfg(test)]\nmod tests;\nuse crate::a;\n#[cfg(test)]\nmod unit { use crate::b; }\nuse crate::c;";
    let file = Source { path: PathBuf::new(), text: text.to_owned(), module: Vec::new() };
    let names = ["a", "c"].map(|name| vec![name.to_owned()]);
    assert_eq!(file.paths(), names.into());
}
