//! Every example in the specifications is one of what it illustrates.

use tests::spec::{Located, Specification, conforms};

#[test]
fn every_example_of_a_request_and_of_an_answer_conforms() {
    let mut checked = 0;
    for (path, item) in Specification::OpenApi.at("/paths").fields() {
        for (method, operation) in item.fields().filter(|(name, _)| *name != "parameters") {
            let responses = operation.get("responses").unwrap();
            let bodies = operation.get("requestBody").into_iter();
            for body in bodies.chain(responses.fields().map(|(_, response)| response)) {
                checked += check(body, &format!("{method} {path}"));
            }
        }
    }
    eprintln!("{checked} examples of requests and answers");
    assert!(checked > 50);
}

fn check(body: Located, what: &str) -> usize {
    let media = body.get("content").unwrap().get("application/json").unwrap();
    let schema = media.with(&media.value["schema"]);
    let examples = media.value["examples"].as_object().unwrap_or_else(|| panic!("{what}"));
    for (name, example) in examples {
        let outcome = conforms(schema, &example["value"]);
        outcome.unwrap_or_else(|why| panic!("the example {name} of {what}: {why}"));
    }
    examples.len()
}

#[test]
fn every_example_of_a_frame_conforms() {
    for (name, message) in Specification::AsyncApi.at("/components/messages").fields() {
        if name == "anything" {
            continue;
        }
        let payload = message.with(&message.value["payload"]);
        let examples = message.value["examples"].as_array().unwrap_or_else(|| panic!("{name}"));
        for example in examples {
            let outcome = conforms(payload, &example["payload"]);
            outcome.unwrap_or_else(|why| panic!("an example of {name}: {why}"));
        }
    }
}
