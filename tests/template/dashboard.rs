//! What the dashboard shows is there.

use serde_json::Value;

use crate::document::Document;

/// The dashboard's widgets, with the names that `!Sub` puts in left as they are.
fn widgets(document: &Document) -> Vec<Value> {
    let body = &document.properties("Dashboard")["DashboardBody"]["Fn::Sub"];
    // Alone, or with names of its own.
    let body = body.as_str().or_else(|| body[0].as_str()).unwrap();
    let body: Value = serde_json::from_str(body).unwrap();
    body["widgets"].as_array().unwrap().clone()
}

fn metrics(widget: &Value) -> &[Value] {
    widget["properties"]["metrics"].as_array().map(Vec::as_slice).unwrap_or_default()
}

#[test]
fn every_alarm_is_on_the_dashboard() {
    let document = Document::read();
    let widgets = widgets(&document);
    let mut shown: Vec<&str> = widgets
        .iter()
        .flat_map(|widget| widget["properties"]["alarms"].as_array().into_iter().flatten())
        .filter_map(Value::as_str)
        .collect();
    shown.sort_unstable();
    let alarms = document.ids("AWS::CloudWatch::Alarm");
    let expected: Vec<String> = alarms.iter().map(|id| format!("${{{id}.Arn}}")).collect();
    assert_eq!(shown, expected);
}

/// `CloudWatch` compares a text in double quotes with whole names: `"chat-"` is the name of no function.
#[test]
fn a_search_by_the_stacks_name_compares_words_and_not_whole_names() {
    let document = Document::read();
    let mut searches = 0;
    for widget in widgets(&document) {
        let expressions =
            metrics(&widget).iter().filter_map(|metric| metric[0]["expression"].as_str());
        for expression in expressions.filter(|text| text.contains("SEARCH(")) {
            searches += 1;
            assert!(
                expression.contains(" FunctionName=${AWS::StackName} MetricName="),
                "{expression}"
            );
        }
    }
    assert_eq!(searches, 2, "errors and durations by function");
}

#[test]
fn widgets_do_not_lie_on_each_other() {
    let document = Document::read();
    let side = |widget: &Value, from: &str, length: &str| {
        let from = widget[from].as_u64().unwrap();
        from..from + widget[length].as_u64().unwrap()
    };
    let widgets = widgets(&document);
    let places: Vec<_> =
        widgets.iter().map(|it| (side(it, "x", "width"), side(it, "y", "height"))).collect();
    for (index, (x, y)) in places.iter().enumerate() {
        assert!(x.end <= 24, "{x:?}");
        let others = &places[..index];
        let meets =
            |a: &std::ops::Range<u64>, b: &std::ops::Range<u64>| a.start < b.end && b.start < a.end;
        assert!(!others.iter().any(|(other_x, other_y)| meets(x, other_x) && meets(y, other_y)));
    }
}
