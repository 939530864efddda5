//! Paths that start at `crate`, `super` or `self`, in `use` lines and in code.

use std::collections::BTreeSet;

/// Every path of its own crate that this code of a module names, from the crate's root.
pub fn paths_in(code: &str, module: &[String]) -> BTreeSet<Vec<String>> {
    let mut found = BTreeSet::new();
    for start in ["crate", "super", "self"] {
        for (at, _) in code.match_indices(start) {
            let before = code[..at].chars().next_back();
            let is_whole = before.is_none_or(|c| !(c.is_alphanumeric() || c == '_' || c == ':'));
            if is_whole && code[at + start.len()..].starts_with("::") {
                let mut paths = Vec::new();
                expand(&code[at..], &[], &mut paths);
                found.extend(paths.into_iter().filter_map(|path| absolute(&path, module)));
            }
        }
    }
    found
}

/// Reads one path, or one for each item of its brace group, and gives what follows.
fn expand<'a>(text: &'a str, before: &[String], found: &mut Vec<Vec<String>>) -> &'a str {
    let text = text.trim_start();
    if let Some(group) = text.strip_prefix('{') {
        let mut rest = group.trim_start();
        while !rest.is_empty() && !rest.starts_with('}') {
            let length = rest.len();
            rest = expand(rest, before, found).trim_start();
            rest = rest.strip_prefix(',').unwrap_or(rest).trim_start();
            if rest.len() == length {
                // Nothing that belongs into a path.
                break;
            }
        }
        return rest.strip_prefix('}').unwrap_or(rest);
    }
    let end = text.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    let path: Vec<String> =
        before.iter().cloned().chain((!name.is_empty()).then(|| name.to_owned())).collect();
    if let Some(further) = rest.strip_prefix("::")
        && further.trim_start().starts_with(|c: char| c.is_alphabetic() || c == '_' || c == '{')
    {
        return expand(further, &path, found);
    }
    found.push(path);
    match rest.strip_prefix(" as ") {
        Some(alias) => alias.trim_start_matches(|c: char| c.is_alphanumeric() || c == '_'),
        None => rest,
    }
}

/// The path from the crate's root: `super::x` in `a::b` is `a::x`.
fn absolute(path: &[String], module: &[String]) -> Option<Vec<String>> {
    let mut place = if path.first()? == "crate" { Vec::new() } else { module.to_vec() };
    let mut rest = path;
    while let Some((first, further)) = rest.split_first() {
        match first.as_str() {
            "crate" | "self" => {}
            "super" => drop(place.pop()?),
            _ => break,
        }
        rest = further;
    }
    place.extend(rest.iter().cloned());
    Some(place)
}

#[test]
fn names_are_found_in_paths_and_in_groups() {
    let code = "use crate::{domain::{Id, Room as Place}, store, wire::http};\n\
                use super::{sibling, self as parent};\nfn f() { crate::app::run(); self.crate_name() }";
    let module = ["room", "file"].map(str::to_owned);
    let expected =
        ["domain::Id", "domain::Room", "store", "wire::http", "room::sibling", "room", "app::run"];
    let expected: BTreeSet<Vec<String>> =
        expected.iter().map(|path| path.split("::").map(str::to_owned).collect()).collect();
    assert_eq!(paths_in(code, &module), expected);
}
