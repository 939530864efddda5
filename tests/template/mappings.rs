//! What the table's stream promises: every change is worked on in order, or somebody is told.

use serde_json::{Value, json};

use crate::document::Document;

const MAPPING: &str = "AWS::Lambda::EventSourceMapping";

fn mappings(document: &Document) -> Vec<(&str, &Value)> {
    let found = document.resources(MAPPING);
    found.into_iter().map(|(id, mapping)| (id, &mapping["Properties"])).collect()
}

#[test]
fn a_shard_serves_two_readers_and_no_more() {
    assert_eq!(mappings(&Document::read()).len(), 2);
}

/// Lambda answers the second with 409, whatever their filters and positions are.
#[test]
fn no_function_is_mapped_to_the_stream_twice() {
    let document = Document::read();
    let mut functions: Vec<String> = mappings(&document)
        .into_iter()
        .map(|(_, mapping)| format!("{} {}", mapping["EventSourceArn"], mapping["FunctionName"]))
        .collect();
    let count = functions.len();
    functions.sort();
    functions.dedup();
    assert_eq!(functions.len(), count, "infra/template.yaml: {functions:?}");
}

#[test]
fn the_stream_has_both_images() {
    let document = Document::read();
    let stream = &document.properties("ChatTable")["StreamSpecification"];
    assert_eq!(stream["StreamViewType"], "NEW_AND_OLD_IMAGES");
}

#[test]
fn no_record_is_skipped_silently() {
    let document = Document::read();
    for (id, mapping) in mappings(&document) {
        assert_eq!(mapping["StartingPosition"], "TRIM_HORIZON", "{id}");
        assert_eq!(mapping["FunctionResponseTypes"], json!(["ReportBatchItemFailures"]), "{id}");
        assert_eq!(mapping["BisectBatchOnFunctionError"], true, "{id}");
        assert_eq!(mapping["MaximumRetryAttempts"], -1, "{id}: the age is the bound");
        assert_eq!(mapping["MaximumRecordAgeInSeconds"], 3600, "{id}");
        let queue = &mapping["DestinationConfig"]["OnFailure"]["Destination"];
        assert_eq!(*queue, json!({ "Fn::GetAtt": "FanOutFailures.Arn" }), "{id}");
    }
}

/// Lambda counts them per shard, of which a new table has several: ten would be all that an account has.
#[test]
fn the_batches_of_a_shard_are_a_parameter_with_a_sober_default() {
    let document = Document::read();
    for (id, function, default) in
        [("FanOutMapping", "FanOut", 2), ("RecheckMapping", "Recheck", 1)]
    {
        let parameter = format!("{function}BatchesPerShard");
        let batches = &document.properties(id)["ParallelizationFactor"];
        assert_eq!(*batches, json!({ "Ref": parameter }));
        assert_eq!(*document.default_of(&parameter), default);
        let declared = &document.section("Parameters")[&parameter];
        assert_eq!((&declared["MinValue"], &declared["MaxValue"]), (&json!(1), &json!(10)));
    }
}

#[test]
fn every_pattern_is_json_with_the_names_of_a_record() {
    let document = Document::read();
    for (id, mapping) in mappings(&document) {
        let filters = mapping["FilterCriteria"]["Filters"].as_array().unwrap();
        assert!(filters.len() <= 5, "{id}: a mapping has five patterns at most");
        for filter in filters {
            let pattern: Value = serde_json::from_str(filter["Pattern"].as_str().unwrap()).unwrap();
            let names: Vec<_> = pattern.as_object().unwrap().keys().collect();
            assert_eq!(names, ["dynamodb", "eventName"], "{id}");
        }
    }
}

#[test]
fn somebody_is_told_of_a_record_that_was_given_up() {
    let document = Document::read();
    let queue = document.properties("FanOutFailures");
    assert_eq!(queue["MessageRetentionPeriod"], 14 * 24 * 60 * 60);
    assert_eq!(queue["SqsManagedSseEnabled"], true);
    let alarm = document.properties("FanOutFailuresAlarm");
    assert_eq!(
        alarm["Dimensions"][0]["Value"],
        json!({ "Fn::GetAtt": "FanOutFailures.QueueName" })
    );
    assert_eq!((&alarm["Threshold"], &alarm["Statistic"]), (&json!(1), &json!("Maximum")));
}
