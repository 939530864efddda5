//! The specifications know every error code, and no other.

use std::{collections::BTreeSet, fs};

use regex_lite::Regex;
use serde_json::Value;
use tests::{agreement::expect_agreement, binaries::workspace, spec::Specification};

/// Refusals of a handshake: there is no body for a client to read.
const OF_HANDSHAKES: [&str; 3] = ["unauthenticated", "invalid_ticket", "origin_refused"];

/// `(403, "not_a_member")` in `Error::answer`.
fn answers() -> BTreeSet<(String, String)> {
    let source = fs::read_to_string(workspace().join("shared/src/error.rs")).unwrap();
    let answer = Regex::new(r#"\(([1-5][0-9]{2}), "([a-z_]+)"\)"#).unwrap();
    let answers: BTreeSet<_> =
        answer.captures_iter(&source).map(|found| (found[1].into(), found[2].into())).collect();
    assert!(answers.len() > 10, "{answers:?}");
    answers
}

fn in_words((status, code): (String, String)) -> String {
    format!("{status} {code}")
}

fn texts(value: &Value) -> BTreeSet<String> {
    value.as_array().unwrap().iter().map(|text| text.as_str().unwrap().to_owned()).collect()
}

#[test]
fn every_code_is_in_one_of_the_specifications_and_no_other_is() {
    let in_answers = texts(Specification::OpenApi.at("/components/schemas/ErrorCode/enum").value);
    let in_frames =
        texts(Specification::AsyncApi.at("/components/schemas/Error/properties/code/enum").value);
    let of_handshakes = OF_HANDSHAKES.map(str::to_owned).into();
    let specified: BTreeSet<_> =
        [in_answers, in_frames, of_handshakes].into_iter().flatten().collect();
    expect_agreement(
        answers().into_iter().map(|(_, code)| code),
        specified,
        |code| {
            format!(
                "infra/openapi.yaml lacks the error code {code}: add it to components/schemas/ErrorCode, \
                 or, if only frames have it, to Error in infra/asyncapi.yaml"
            )
        },
        |code| format!("shared/src/error.rs has no code {code}: take it out of the specifications"),
    );
}

#[test]
fn every_code_of_an_http_answer_has_an_example_with_its_status() {
    let mut shown = BTreeSet::new();
    for (path, item) in Specification::OpenApi.at("/paths").fields() {
        for (_, operation) in item.fields().filter(|(name, _)| *name != "parameters") {
            for (status, response) in operation.get("responses").expect(path).fields() {
                let examples = &response.value["content"]["application/json"]["examples"];
                for example in examples.as_object().unwrap().values() {
                    if let Some(code) = example["value"]["error"]["code"].as_str() {
                        shown.insert((status.to_owned(), code.to_owned()));
                    }
                }
            }
        }
    }
    let of_http = answers()
        .into_iter()
        .filter(|(_, code)| code != "receive_only" && !OF_HANDSHAKES.contains(&code.as_str()));
    expect_agreement(
        of_http.map(in_words),
        shown.into_iter().map(in_words),
        |answer| {
            format!(
                "infra/openapi.yaml has no example of {answer}: add one to a response of a path"
            )
        },
        |answer| {
            format!(
                "infra/openapi.yaml has an example of {answer}, which shared/src/error.rs never gives"
            )
        },
    );
}
