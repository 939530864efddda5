//! What a function writes to its log: as `RUST_LOG` says, or Lambda's logging configuration.

use std::io;

use tracing::Subscriber;
use tracing_subscriber::{
    Layer,
    filter::{LevelFilter, Targets},
    fmt::{self, MakeWriter},
    layer::SubscriberExt,
    registry,
    registry::LookupSpan,
    util::SubscriberInitExt,
};

/// Lambda passes the template's `LoggingConfig` on in `AWS_LAMBDA_LOG_FORMAT` and `_LEVEL`.
pub(super) fn start() {
    #[expect(clippy::disallowed_methods, reason = "a configuration that is wrong is logged, too")]
    let variable = |name| std::env::var(name).ok();
    let configured = variable("AWS_LAMBDA_LOG_LEVEL").and_then(|level| level.parse().ok());
    let level = configured.unwrap_or(LevelFilter::INFO);
    let by_target = variable("RUST_LOG").and_then(|targets| targets.parse().ok());
    let filter = by_target.unwrap_or_else(|| Targets::new().with_default(level));
    let is_json = variable("AWS_LAMBDA_LOG_FORMAT").is_some_and(|format| format == "JSON");
    registry().with(lines(is_json, io::stdout).with_filter(filter)).init();
}

/// How a line looks. Lambda takes `level` and `timestamp` from lines of JSON that have both. To a line without a
/// time it gives a time and the level INFO, whatever its own is. People who read other lines read them as they come.
fn lines<S, W>(is_json: bool, writer: W) -> Box<dyn Layer<S> + Send + Sync>
where
    S: Subscriber + for<'span> LookupSpan<'span>,
    W: for<'writer> MakeWriter<'writer> + Send + Sync + 'static,
{
    let lines = fmt::layer().with_writer(writer).with_target(false);
    if is_json { lines.json().boxed() } else { lines.without_time().boxed() }
}

#[cfg(test)]
mod tests {
    use std::{
        io::Write,
        sync::{Arc, Mutex},
    };

    use jiff::Timestamp;
    use serde_json::Value;

    use super::*;

    /// What was written.
    #[derive(Clone, Default)]
    struct Written(Arc<Mutex<Vec<u8>>>);

    impl Write for Written {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// The line of one warning.
    fn warning(is_json: bool) -> String {
        let written = Written::default();
        let writer = written.clone();
        let subscriber = registry().with(lines(is_json, move || writer.clone()));
        tracing::subscriber::with_default(subscriber, || {
            tracing::warn!(room.id = 1, "the room is full");
        });
        let bytes = written.0.lock().unwrap().clone();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn a_line_of_json_has_the_time_and_the_level_that_lambda_keeps() {
        let line: Value = serde_json::from_str(&warning(true)).unwrap();
        assert_eq!(line["level"], "WARN");
        assert_eq!(line["fields"]["message"], "the room is full");
        let time = line["timestamp"].as_str().unwrap();
        time.parse::<Timestamp>().unwrap_or_else(|_| panic!("{time} is not of RFC 3339"));
    }

    #[test]
    fn a_line_for_people_has_no_time() {
        let line = warning(false);
        assert!(line.contains("WARN") && line.contains("the room is full"), "{line}");
        assert!(!line.contains(':'), "{line}");
    }
}
