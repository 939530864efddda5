//! What a function writes to its log: as `RUST_LOG` says, or Lambda's logging configuration.

use std::io;

use tracing_subscriber::{
    Layer,
    filter::{LevelFilter, Targets},
    fmt,
    layer::SubscriberExt,
    registry,
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
    let lines = fmt::layer().with_writer(io::stdout).with_target(false).without_time();
    let lines = if is_json { lines.json().boxed() } else { lines.boxed() };
    registry().with(lines.with_filter(filter)).init();
}
