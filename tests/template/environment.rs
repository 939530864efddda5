//! The environment that the template sets is the one that the functions read.

use std::{collections::BTreeSet, fs};

use tests::{agreement::expect_agreement, binaries::workspace};

use crate::document::Document;

/// Every `NAME_IN_CAPITALS` that stands in quotes in the configuration's source.
fn names_read() -> BTreeSet<String> {
    let code = fs::read_to_string(workspace().join("shared/src/config.rs")).unwrap();
    let quoted = code.split('"').skip(1).step_by(2);
    quoted.filter(|text| is_name(text)).map(str::to_owned).collect()
}

fn is_name(text: &str) -> bool {
    text.len() > 2 && text.contains('_') && text.chars().all(|c| c.is_ascii_uppercase() || c == '_')
}

fn names_set(document: &Document) -> BTreeSet<String> {
    let own = document.resources("AWS::Serverless::Function");
    let own = own.iter().map(|(_, function)| &function["Properties"]);
    let everywhere = own.chain([document.function_globals()]);
    everywhere
        .filter_map(|properties| properties["Environment"]["Variables"].as_object())
        .flat_map(|variables| variables.keys().cloned())
        .collect()
}

#[test]
fn every_variable_that_is_set_is_read_and_every_one_read_is_set() {
    let provided_by_lambda = |name: &str| name.starts_with("AWS_");
    // On AWS the secret stands in no template: JWT_SECRET_ARN says where it is.
    let only_local = |name: &str| name == "JWT_SECRET";
    let mut read = names_read();
    read.retain(|name| !provided_by_lambda(name) && !only_local(name));
    expect_agreement(
        read,
        names_set(&Document::read()),
        |name| {
            format!(
                "infra/template.yaml does not set {name}, which shared/src/config.rs reads: add it"
            )
        },
        |name| {
            format!(
                "infra/template.yaml sets {name}, which nothing reads: read it in shared/src/config.rs"
            )
        },
    );
}
