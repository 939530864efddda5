//! A broadcast's outcome as metrics: a line of the log in `CloudWatch`'s embedded metric format,
//! which makes metrics of it. Nothing is called.

use std::io::{self, Write};

use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Value, json};

use super::tally::Outcome;
use crate::domain::Event;

/// One line of the log.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Line<'a> {
    #[serde(rename = "_aws")]
    directive: Value,
    /// Lambda keeps both, as those of the other lines. The metrics' format allows members that are no metrics.
    #[serde(rename = "timestamp")]
    timestamp: Timestamp,
    #[serde(rename = "level")]
    level: &'a str,
    sends: usize,
    broadcast_duration: u64,
    delivered: usize,
    gone: usize,
    throttled: usize,
    failed: usize,
    /// Not a metric: to search by.
    event: &'a str,
}

/// Writes the metrics of one broadcast to stdout, where Lambda takes the log from.
pub(super) fn record(namespace: &str, events: &[Event], outcome: &Outcome, now: Timestamp) {
    match line(namespace, events, outcome, now) {
        // One write, so that the lines of two invocations do not mix. A closed stdout is nobody's loss.
        Ok(line) => drop(io::stdout().lock().write_all(line.as_bytes())),
        Err(error) => tracing::error!(%error, "the metrics could not be written"),
    }
}

fn line(
    namespace: &str,
    events: &[Event],
    outcome: &Outcome,
    now: Timestamp,
) -> serde_json::Result<String> {
    let line = Line {
        directive: directive(namespace, now),
        timestamp: now,
        level: "INFO",
        sends: events.iter().filter(|event| matches!(event, Event::Message(_))).count(),
        broadcast_duration: outcome.duration_ms,
        delivered: outcome.delivered,
        gone: outcome.gone,
        throttled: outcome.throttled,
        failed: outcome.failed,
        event: events.first().map_or("none", Event::name),
    };
    serde_json::to_string(&line).map(|line| line + "\n")
}

/// What `CloudWatch` makes of the line's members. No dimensions: each would be a metric to pay for.
fn directive(namespace: &str, now: Timestamp) -> Value {
    let counts = ["Sends", "Delivered", "Gone", "Throttled", "Failed"];
    let counts = counts.map(|name| json!({ "Name": name, "Unit": "Count" }));
    let duration = json!({ "Name": "BroadcastDuration", "Unit": "Milliseconds" });
    let metrics: Vec<Value> = counts.into_iter().chain([duration]).collect();
    json!({
        "Timestamp": now.as_millisecond(),
        "CloudWatchMetrics": [{ "Namespace": namespace, "Dimensions": [[]], "Metrics": metrics }],
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{RoomId, UserId};

    #[test]
    fn a_line_is_json_and_has_every_metric_that_it_announces() {
        let (room, user) = (RoomId::try_from(1).unwrap(), UserId::try_from(2).unwrap());
        let event = Event::MemberOffline { room, user };
        let outcome =
            Outcome { duration_ms: 7, delivered: 5, settling: 0, gone: 3, throttled: 2, failed: 1 };
        let now = Timestamp::from_millisecond(1_700_000_000_123).unwrap();

        let text = line("chat", &[event], &outcome, now).unwrap();

        assert_eq!(text.matches('\n').count(), 1);
        let line: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(line["_aws"]["Timestamp"], 1_700_000_000_123_i64);
        assert_eq!(
            (&line["timestamp"], &line["level"]),
            (&json!("2023-11-14T22:13:20.123Z"), &json!("INFO"))
        );
        let metrics = &line["_aws"]["CloudWatchMetrics"][0];
        assert_eq!((&metrics["Namespace"], &metrics["Dimensions"]), (&json!("chat"), &json!([[]])));
        let announced = metrics["Metrics"].as_array().unwrap().iter();
        let values: Vec<_> =
            announced.map(|metric| line[metric["Name"].as_str().unwrap()].as_u64()).collect();
        assert_eq!(values, [0, 5, 3, 2, 1, 7].map(Some));
        assert_eq!(line["Event"], "member_offline");
    }
}
