//! The direction of dependencies, read from the `use` lines and paths of the sources: arrows point
//! down, nothing goes in circles, and the edge knows nothing of the chat.
#![expect(clippy::unwrap_used, reason = "what cannot be read fails the test")]

mod circles;
mod paths;
mod source;
mod tables;

use std::collections::BTreeSet;

use source::{Source, crates_of, sources};
use tables::{LOCALSTACK, SHARED, Table};
use tests::binaries::workspace;

/// Crates that rules about rooms and members have no business with.
const FOREIGN_TO_DOMAIN: [&str; 5] = ["aws_", "lambda_http", "tokio", "serde_dynamo", "tracing"];

/// What only the chat says.
const WORDS_OF_THE_CHAT: [&str; 4] = ["/ws/chat", "/api/v1/chat", "room_id", "member_online"];

#[test]
fn every_module_is_in_the_table_of_its_crate() {
    for table in [SHARED, LOCALSTACK] {
        let files = sources(table.folder);
        let modules: BTreeSet<&str> = files.iter().filter_map(Source::room).collect();
        for module in &modules {
            assert!(
                table.may_know(module).is_some(),
                "{}/{module} is in no table: add (\"{module}\", &[what it may know]) to {} in \
                 tests/layers/tables.rs, above all that may know it",
                table.folder,
                table.name,
            );
        }
        for (module, _) in table.modules {
            assert!(
                modules.contains(module),
                "there is no {}/{module}: take it out of {} in tests/layers/tables.rs",
                table.folder,
                table.name,
            );
        }
    }
}

#[test]
fn the_tables_point_down() {
    for table in [SHARED, LOCALSTACK] {
        let mut above = BTreeSet::new();
        for (module, may_know) in table.modules {
            let unknown = may_know.iter().find(|known| !above.contains(*known));
            assert_eq!(
                unknown, None,
                "{}: {module} may only know what stands above it",
                table.name
            );
            above.insert(module);
        }
    }
}

#[test]
fn a_lower_module_never_names_a_higher_one() {
    for table in [SHARED, LOCALSTACK] {
        let wrong: Vec<String> =
            sources(table.folder).iter().flat_map(|f| upward(table, f)).collect();
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}

/// What a file names and must not.
fn upward(table: Table, file: &Source) -> Vec<String> {
    let Some(room) = file.room() else { return Vec::new() };
    let may_know = table.may_know(room).unwrap_or_default();
    let known = file.paths().into_iter().filter_map(|path| path.into_iter().next());
    let known = known.filter(|named| table.may_know(named).is_some());
    let wrong: BTreeSet<String> =
        known.filter(|named| named != room && !may_know.contains(&named.as_str())).collect();
    let path = file.path.display();
    let message = |named| {
        format!(
            "{path} must not know of {named}: {room} may know {may_know:?} (tests/layers/tables.rs)"
        )
    };
    wrong.into_iter().map(message).collect()
}

#[test]
fn no_modules_know_each_other_in_a_circle() {
    for table in [SHARED, LOCALSTACK] {
        let circles = circles::among(&sources(table.folder));
        assert!(circles.is_empty(), "{}", circles.join("\n"));
    }
}

#[test]
fn the_domain_names_no_cloud_and_no_runtime() {
    for file in sources("shared/src/domain") {
        for name in crates_of(&file) {
            let foreign = FOREIGN_TO_DOMAIN.iter().any(|prefix| name.starts_with(prefix));
            assert!(!foreign, "{} must not know of {name}: it is the domain", file.path.display());
        }
    }
}

#[test]
fn the_edge_knows_nothing_of_the_chat() {
    let files = sources("localstack/src");
    let own: BTreeSet<&String> = files.iter().flat_map(|file| &file.module).collect();
    for file in &files {
        for name in crates_of(file) {
            let chat = ["shared", "functions"].contains(&name.as_str()) && !own.contains(&name);
            assert!(!chat, "{} must not know of {name}: it is the edge", file.path.display());
        }
        for word in WORDS_OF_THE_CHAT {
            let known = file.code().contains(word);
            assert!(!known, "{} must not know of {word}: it is the edge", file.path.display());
        }
    }
    for file in std::fs::read_dir(workspace().join("localstack/inspector")).unwrap() {
        let path = file.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        let known = WORDS_OF_THE_CHAT.iter().find(|word| text.contains(**word));
        assert_eq!(known, None, "{} is the edge's", path.display());
    }
    for manifest in ["localstack/Cargo.toml", "shared/client/Cargo.toml", "tests/Cargo.toml"] {
        let text = source::read(manifest);
        for line in text.lines() {
            let chat = line.starts_with("shared") || line.starts_with("functions");
            assert!(!chat, "{manifest}: {line}");
        }
    }
}

#[test]
fn only_the_keys_module_writes_the_separator() {
    for file in sources("shared/src") {
        let in_keys = file.path.ends_with("store/keys.rs");
        let separated = ["USER#", "ROOM#", "CONN#", "#MSG", "MEMBER#", "TICKET#"];
        let found = separated.iter().find(|key| file.code().contains(**key));
        assert!(in_keys || found.is_none(), "{}: {found:?}", file.path.display());
    }
}

#[test]
fn handlers_fit_on_a_screen() {
    for file in sources("functions/src/bin") {
        let lines = file.text.lines().count();
        assert!(lines <= 110, "{} has {lines} lines", file.path.display());
        assert!(file.text.starts_with("//!"), "{} says no route", file.path.display());
    }
}

#[test]
fn every_file_is_a_module_of_its_crate() {
    for folder in [SHARED.folder, LOCALSTACK.folder, "shared/client/src", "tests/src"] {
        let files = sources(folder);
        for file in &files {
            // Cargo finds programs by itself.
            let is_program = file.room() == Some("bin");
            let Some((name, parent)) = file.module.split_last().filter(|_| !is_program) else {
                continue;
            };
            let declared = format!("mod {name};");
            let mut parents = files.iter().filter(|file| file.module == parent);
            assert!(
                parents.any(|parent| parent.text.contains(&declared)),
                "{} is compiled nowhere: no module above it says `{declared}`",
                file.path.display()
            );
        }
    }
}
