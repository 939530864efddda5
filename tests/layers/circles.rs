//! Modules beside each other that know each other, directly or round several corners.

use std::collections::{BTreeMap, BTreeSet};

use crate::{paths::paths_in, source::Source};

type Path = Vec<String>;

/// For each module what it knows of the modules beside it, with a file that says so.
type Arrows = BTreeMap<Path, BTreeMap<Path, String>>;

/// A line for each circle among these files of a crate.
pub fn among(files: &[Source]) -> Vec<String> {
    let arrows = arrows(files);
    let mut circles = BTreeMap::new();
    for start in arrows.keys() {
        if let Some(round) = way_back(&arrows, start) {
            let members: BTreeSet<Path> = round.iter().cloned().collect();
            circles.entry(members).or_insert_with(|| describe(&arrows, &round));
        }
    }
    circles.into_values().collect()
}

fn arrows(files: &[Source]) -> Arrows {
    let modules: BTreeSet<Path> = files.iter().map(|file| file.module.clone()).collect();
    let names: BTreeMap<Path, Path> = files.iter().flat_map(|f| passed_on(f, &modules)).collect();
    let mut arrows = Arrows::new();
    for file in files {
        for path in file.paths() {
            let path = in_full(&path, &names);
            let common = path.iter().zip(&file.module).take_while(|(a, b)| a == b).count();
            if common >= path.len() || common >= file.module.len() {
                // A module and what stands inside it: they are one.
                continue;
            }
            let (from, to) = (&file.module[..=common], &path[..=common]);
            if modules.contains(to) {
                let file = file.path.display().to_string();
                arrows.entry(from.to_vec()).or_default().entry(to.to_vec()).or_insert(file);
            }
        }
    }
    arrows
}

/// The path with a name that is passed on replaced by where it comes from.
fn in_full(path: &[String], names: &BTreeMap<Path, Path>) -> Path {
    let known = (1..=path.len()).find_map(|length| Some((length, names.get(&path[..length])?)));
    known.map_or_else(|| path.to_vec(), |(length, inner)| [inner, &path[length..]].concat())
}

/// Names that a module has from one inside it, `store::Store` for `store::client::Store`: whoever
/// takes the short way knows the inner one all the same.
fn passed_on(file: &Source, modules: &BTreeSet<Path>) -> Vec<(Path, Path)> {
    let code = file.code();
    let inner = modules
        .iter()
        .filter(|inner| inner.len() == file.module.len() + 1 && inner.starts_with(&file.module));
    let mut names = Vec::new();
    for module in inner {
        let name = module.last().unwrap();
        for start in [format!("use {name}::"), format!("use self::{name}::")] {
            for (at, _) in code.match_indices(&start) {
                let inside = format!("self::{}", &code[at + start.len()..]);
                names.extend(paths_in(&inside, module).into_iter().filter_map(|target| {
                    let short = [file.module.clone(), vec![target.last()?.clone()]].concat();
                    Some((short, target))
                }));
            }
        }
    }
    names
}

/// The shortest way from a module to itself.
fn way_back(arrows: &Arrows, start: &Path) -> Option<Vec<Path>> {
    let mut ways = vec![vec![start.clone()]];
    let mut seen = BTreeSet::new();
    while !ways.is_empty() {
        let mut longer = Vec::new();
        for way in ways {
            for next in arrows.get(way.last()?).into_iter().flat_map(BTreeMap::keys) {
                if next == start {
                    return Some(way);
                }
                if seen.insert(next.clone()) {
                    longer.push([way.clone(), vec![next.clone()]].concat());
                }
            }
        }
        ways = longer;
    }
    None
}

fn describe(arrows: &Arrows, round: &[Path]) -> String {
    let next = round.iter().cycle().skip(1);
    let steps = round.iter().zip(next).map(|(from, to)| {
        let file = &arrows[from][to];
        format!("{file} knows of {}", to.join("::"))
    });
    let steps: Vec<String> = steps.collect();
    format!("a circle, one of these must not be: {}", steps.join("; "))
}

#[test]
fn a_circle_is_found_round_corners_and_through_names_that_are_passed_on() {
    let file = |module: &str, text: &str| Source {
        path: format!("{module}.rs").into(),
        text: text.to_owned(),
        module: module.split("::").map(str::to_owned).collect(),
    };
    let mut files = vec![
        file("room", "mod a; mod b; mod c; pub use a::{A, B as C};"),
        file("room::a", "use super::b::f;"),
        file("room::b", "use crate::room::c;"),
        file("room::c", "use super::Shape; fn f() { super::A::new() }"),
    ];
    let found = among(&files);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].contains("room::c.rs knows of room::a"), "{found:?}");
    files.pop();
    assert_eq!(among(&files), Vec::<String>::new());
}
