//! The vectors show everything that a client meets.

use std::collections::BTreeSet;

use serde_json::Value;
use tests::{
    agreement::expect_agreement,
    spec::{Specification, operation},
};

use super::file::{Scenario, Step};

/// Failures that no request brings about at will, and a body too long for a file.
const NOT_SHOWN: [&str; 3] = ["internal", "unavailable", "body_too_large"];

fn steps() -> Vec<Step> {
    Scenario::all().into_iter().flat_map(|scenario| scenario.steps).collect()
}

fn texts(pointer: &str) -> BTreeSet<String> {
    let list = Specification::OpenApi.at(pointer).value.as_array().unwrap();
    list.iter().map(|text| text.as_str().unwrap().to_owned()).collect()
}

#[test]
fn every_operation_succeeds_in_a_vector() {
    let mut shown = BTreeSet::new();
    for step in steps() {
        if let Step::Call { request, answer, .. } = step
            && answer.status < 300
        {
            let path = request.path.split('?').next().unwrap();
            let operation = operation(&request.method, path);
            let operation = operation.unwrap_or_else(|| {
                panic!("infra/openapi.yaml lacks {} {path}: add it to paths", request.method)
            });
            shown.insert(operation.value["operationId"].as_str().unwrap());
        }
    }
    let all: BTreeSet<_> = Specification::OpenApi
        .at("/paths")
        .fields()
        .flat_map(|(_, item)| item.fields())
        .filter_map(|(_, operation)| operation.value["operationId"].as_str())
        .collect();
    expect_agreement(
        all,
        shown,
        |operation| {
            format!(
                "tests/vectors has no success of {operation}: add a request with its answer to a file there"
            )
        },
        |operation| format!("infra/openapi.yaml has no {operation}"),
    );
}

#[test]
fn every_frame_is_in_a_vector() {
    let mut shown = BTreeSet::new();
    for step in steps() {
        if let Step::Frame { frame, .. } = step {
            shown.insert(frame["type"].as_str().unwrap_or("incoming").to_owned());
        }
    }
    let messages = Specification::AsyncApi.at("/components/messages").fields();
    let names = messages.map(|(_, message)| message.value["name"].as_str().unwrap().to_owned());
    let sent = names.filter(|name| !["outgoing", "anything", "gateway_error"].contains(&&**name));
    expect_agreement(
        sent,
        shown,
        |frame| format!("tests/vectors has no frame {frame}: add a step with one to a file there"),
        |frame| {
            format!("infra/asyncapi.yaml has no message {frame}: add it to components/messages")
        },
    );
}

#[test]
fn every_error_code_is_in_a_vector() {
    let mut shown = BTreeSet::new();
    for step in steps() {
        let code = match &step {
            Step::Call { answer, .. } => &answer.body["error"]["code"],
            Step::Frame { frame, .. } => &frame["code"],
            _ => &Value::Null,
        };
        shown.extend(code.as_str().map(ToOwned::to_owned));
    }
    let mut codes = texts("/components/schemas/ErrorCode/enum");
    codes.retain(|code| !NOT_SHOWN.contains(&code.as_str()));
    codes.insert("receive_only".to_owned());
    expect_agreement(
        codes,
        shown,
        |code| format!("tests/vectors has no refusal with {code}: add one to refusals.json"),
        |code| {
            format!(
                "infra/openapi.yaml lacks the error code {code}: add it to components/schemas/ErrorCode"
            )
        },
    );
}
