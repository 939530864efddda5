//! The stack's own table, or one that is there already.

use serde_json::{Value, json};

use crate::document::{Document, text};

fn created_or(attribute: &Value, parameter: &str) -> Value {
    json!({ "Fn::If": ["CreatesTable", attribute, { "Ref": parameter }] })
}

/// Every value below this one.
fn below(value: &Value) -> Vec<&Value> {
    let inner: Vec<&Value> = match value {
        Value::Array(items) => items.iter().collect(),
        Value::Object(fields) => fields.values().collect(),
        _ => Vec::new(),
    };
    let deeper = inner.iter().flat_map(|value| below(value)).collect::<Vec<_>>();
    inner.into_iter().chain(deeper).collect()
}

#[test]
fn a_given_table_takes_the_place_of_the_stacks_own_everywhere() {
    let document = Document::read();
    assert_eq!(document.resource("ChatTable")["Condition"], "CreatesTable");
    let arn = created_or(&json!({ "Fn::GetAtt": "ChatTable.Arn" }), "TableArn");
    // Without the slash behind it an empty ARN would have no second part.
    let parts = json!({ "Fn::Split": ["/", { "Fn::Sub": "${TableArn}/" }] });
    let of_arn = json!({ "Fn::Select": [1, parts] });
    let name = json!({ "Fn::If": ["CreatesTable", { "Ref": "ChatTable" }, of_arn] });
    let own_stream = json!({ "Fn::GetAtt": "ChatTable.StreamArn" });
    let stream = json!({ "Fn::If": ["HasTableStream", { "Ref": "TableStreamArn" }, own_stream] });

    let whole =
        [document.section("Resources"), document.section("Outputs"), document.section("Globals")];
    let values: Vec<&Value> = whole.into_iter().flat_map(below).collect();
    let known = [&arn, &name, &stream];
    let within: usize = values.iter().filter(|value| known.contains(value)).count();
    let is_mention = |value: &&&Value| {
        let value = **value;
        *value == json!({ "Ref": "ChatTable" })
            || value["Fn::GetAtt"].as_str().is_some_and(|path| path.starts_with("ChatTable."))
            || value.as_str().is_some_and(|text| text.contains("${ChatTable"))
    };
    assert_eq!(
        values.iter().filter(is_mention).count(),
        within,
        "infra/template.yaml names ChatTable without asking whether the stack creates it"
    );
    assert_eq!(document.function_globals()["Environment"]["Variables"]["TABLE_NAME"], name);
    assert_eq!(document.section("Outputs")["TableName"]["Value"], name);
    assert_eq!(document.properties("RecheckMapping")["EventSourceArn"], stream);
}

#[test]
fn a_stack_without_parameters_creates_its_table() {
    let document = Document::read();
    for parameter in ["TableArn", "TableStreamArn"] {
        assert_eq!(document.default_of(parameter), "");
    }
    let conditions = document.section("Conditions");
    assert_eq!(conditions["CreatesTable"], json!({ "Fn::Equals": [{ "Ref": "TableArn" }, ""] }));
    assert_eq!(text(&conditions["HasTableStream"]), "TableStreamArn,");
}
