//! An alarm rings for what is wrong here, and for nothing else.

use serde_json::{Value, json};

use crate::document::Document;

/// The metrics and expressions of an alarm that has several.
fn metrics(alarm: &Value) -> &[Value] {
    alarm["Metrics"].as_array().map(Vec::as_slice).unwrap_or_default()
}

#[test]
fn a_sum_takes_a_metric_that_is_absent_for_zero() {
    let document = Document::read();
    let mut sums = 0;
    for (id, alarm) in document.resources("AWS::CloudWatch::Alarm") {
        let metrics = metrics(&alarm["Properties"]);
        for expression in metrics.iter().filter_map(|metric| metric["Expression"].as_str()) {
            sums += 1;
            let added = metrics.iter().filter(|metric| metric["MetricStat"].is_object());
            let filled: Vec<String> = added
                .map(|metric| format!("FILL({}, 0)", metric["Id"].as_str().unwrap()))
                .collect();
            assert_eq!(expression, filled.join(" + "), "infra/template.yaml, {id}");
        }
    }
    assert_eq!(sums, 3, "sockets, deliveries, the table's throttles");
}

#[test]
fn a_function_behind_the_stream_that_fails_or_falls_behind_rings() {
    let document = Document::read();
    for (_, mapping) in document.resources("AWS::Lambda::EventSourceMapping") {
        let function = &mapping["Properties"]["FunctionName"];
        let of_function = json!([{ "Name": "FunctionName", "Value": function }]);
        let alarms = document.resources("AWS::CloudWatch::Alarm");
        let mut metrics: Vec<(&str, &str)> = alarms
            .iter()
            .map(|(_, alarm)| &alarm["Properties"])
            .filter(|alarm| alarm["Dimensions"] == of_function)
            .map(|alarm| {
                (alarm["MetricName"].as_str().unwrap(), alarm["Statistic"].as_str().unwrap())
            })
            .collect();
        metrics.sort_unstable();
        assert_eq!(metrics, [("Errors", "Sum"), ("IteratorAge", "Maximum")], "{function}");
    }
}

#[test]
fn a_clients_mistake_rings_no_alarm_of_the_sockets() {
    let document = Document::read();
    let alarm = metrics(document.properties("SocketErrorsAlarm"));
    let counted: Vec<&Value> = alarm
        .iter()
        .map(|metric| &metric["MetricStat"]["Metric"])
        .filter(|metric| metric.is_object())
        .collect();
    let [answers, execution] = counted.as_slice() else {
        panic!("two metrics: {counted:?}");
    };
    assert_eq!(execution["MetricName"], "ExecutionError", "IntegrationError counts 401 and 403");

    let filter = document.properties("SocketErrors");
    assert_eq!(filter["LogGroupName"], json!({ "Ref": "WebSocketAccessLogs" }));
    assert_eq!(filter["FilterPattern"], r#"{ $.status = "5*" }"#);
    let [made] = filter["MetricTransformations"].as_array().unwrap().as_slice() else {
        panic!("one metric: {filter}");
    };
    assert_eq!(made["MetricName"], answers["MetricName"]);
    assert_eq!(made["MetricNamespace"], answers["Namespace"]);
}
