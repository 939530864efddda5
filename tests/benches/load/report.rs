//! What the bench prints.
#![expect(clippy::print_stdout, reason = "a bench is run for what it prints")]

use std::{fmt::Display, time::Duration};

/// Starts a group of figures.
pub fn heading(text: &str) {
    println!("\n{text}");
}

/// One figure, in a column below the others.
pub fn figure(name: &str, value: impl Display) {
    println!("  {name:<52} {value}");
}

/// One figure in milliseconds.
pub fn duration(name: &str, value: Duration) {
    figure(name, format_args!("{:.2} ms", value.as_secs_f64() * 1_000.0));
}

/// The median and the slowest of a hundred, of what was measured many times.
pub fn distribution(name: &str, mut samples: Vec<Duration>) {
    duration(&format!("{name}, p50"), quantile(&mut samples, 50));
    duration(&format!("{name}, p99"), quantile(&mut samples, 99));
}

/// The sample that this percentage of the samples does not exceed.
pub fn quantile(samples: &mut [Duration], percent: usize) -> Duration {
    samples.sort_unstable();
    let last = samples.len().saturating_sub(1);
    samples.get(last * percent / 100).copied().unwrap_or_default()
}
