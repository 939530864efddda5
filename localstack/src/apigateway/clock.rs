//! The edge's clock, and time as API Gateway writes it.

use jiff::{Timestamp, tz::TimeZone};

/// The time of an event; events carry it, nothing behind the edge asks for it again.
#[expect(clippy::disallowed_methods, reason = "the edge is the boundary where time comes in")]
pub fn now() -> Timestamp {
    Timestamp::now()
}

/// `requestTime` of an event: `09/Feb/2024:18:23:28 +0000`.
pub fn request_time(time: Timestamp) -> String {
    time.to_zoned(TimeZone::UTC).strftime("%d/%b/%Y:%H:%M:%S %z").to_string()
}

/// ISO 8601 with milliseconds, as the `@connections` API writes it.
pub fn iso8601(time: Timestamp) -> String {
    format!("{time:.3}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_as_api_gateway_writes_them() {
        let time = Timestamp::from_millisecond(1_707_503_008_042).unwrap();
        assert_eq!(request_time(time), "09/Feb/2024:18:23:28 +0000");
        assert_eq!(iso8601(time), "2024-02-09T18:23:28.042Z");
    }
}
