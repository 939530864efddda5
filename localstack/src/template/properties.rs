//! Templates that nobody would write: each is read or refused with its place, and none ends the edge.

use std::sync::LazyLock;

use proptest::{
    collection,
    prelude::*,
    sample::{self, select},
    test_runner::Config,
};
use serde_json::{Value, json};

use super::*;

/// The template of the edge's own tests, which has everything that the edge reads.
static PROBE: LazyLock<Document> =
    LazyLock::new(|| Document::parse(include_str!("../../../tests/edge/template.yaml")).unwrap());

/// How often each property is tried.
const CASES: u32 = 10_000;

fn often() -> Config {
    Config { cases: CASES, failure_persistence: None, ..Config::default() }
}

/// Names that are there, that lead back to themselves, and that are not there.
fn name() -> impl Strategy<Value = String> {
    let known =
        ["A", "B", "C", "Topic", "Table", "IsTrue", "Round", "AWS::NoValue", "${A}", "${!x}"];
    prop_oneof![4 => select(known.to_vec()).prop_map(str::to_owned), 1 => any::<String>()]
}

/// Intrinsic functions in each other, with arguments of every form.
fn value() -> impl Strategy<Value = Value> {
    let functions = [
        "Ref",
        "Condition",
        "Fn::GetAtt",
        "Fn::If",
        "Fn::Sub",
        "Fn::Join",
        "Fn::Select",
        "Fn::Split",
        "Fn::Equals",
        "Fn::Not",
        "Fn::And",
        "Fn::Or",
        "Fn::ImportValue",
        "Name",
    ];
    let plain = prop_oneof![
        3 => name().prop_map(Value::from),
        1 => any::<i64>().prop_map(Value::from),
        1 => any::<bool>().prop_map(Value::from),
        1 => Just(Value::Null),
    ];
    plain.prop_recursive(6, 48, 4, move |inner| {
        prop_oneof![
            3 => (select(functions.to_vec()), inner.clone()).prop_map(|(name, inner)| json!({ name: inner })),
            2 => collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            1 => (name(), inner).prop_map(|(name, inner)| json!({ name: inner })),
        ]
    })
}

/// Everything that is there is resolved.
fn read(parameter: &Value, condition: &Value, value: &Value) -> Result<(), Defect> {
    let text = json!({
        "Parameters": {
            "A": { "Type": "String", "Default": "ann" },
            "B": { "Type": "CommaDelimitedList", "Default": parameter },
        },
        "Conditions": {
            "IsTrue": { "Fn::Equals": ["a", "a"] },
            "Round": { "Fn::Not": [{ "Condition": "Round" }] },
            "C": condition,
        },
        "Resources": {
            "Table": { "Type": "AWS::DynamoDB::Table", "Properties": { "TableName": value } },
            "Topic": { "Type": "AWS::SNS::Topic", "Condition": "C", "Properties": value },
        },
    });
    let document = Document::parse(&text.to_string())?;
    let resolver = Resolver::new(&document, &Overrides::default())?;
    for resource in resolver.resources() {
        Block::of(&resolver, resource).resolved()?;
        reference::table_name(&resolver, resource)?;
    }
    Ok(())
}

fn explained<T>(outcome: Result<T, Defect>) -> bool {
    outcome.map_or_else(|defect| !defect.to_string().is_empty(), |_| true)
}

/// Every value inside of this one that is neither a map nor a list.
fn places(value: &mut Value) -> Vec<&mut Value> {
    match value {
        Value::Object(map) => map.values_mut().flat_map(places).collect(),
        Value::Array(items) => items.iter_mut().flat_map(places).collect(),
        plain => vec![plain],
    }
}

proptest! {
    #![proptest_config(often())]

    #[test]
    fn any_text(text in any::<String>()) {
        prop_assert!(explained(Template::parse(&text, &Overrides::default())));
    }

    #[test]
    fn any_functions_in_each_other(parameter in value(), condition in value(), value in value()) {
        prop_assert!(explained(read(&parameter, &condition, &value)));
    }

    #[test]
    fn a_template_with_a_value_exchanged(place in any::<sample::Index>(), value in value()) {
        let mut document = PROBE.clone();
        let mut places: Vec<&mut Value> =
            document.resources.values_mut().flat_map(places).collect();
        let place = place.index(places.len());
        *places.swap_remove(place) = value;
        prop_assert!(explained(Template::of(&document, &Overrides::default())));
    }
}
