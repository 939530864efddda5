//! What the bench prints: a table for people, and at the end one JSON object of its numbers.
#![expect(clippy::print_stdout, reason = "a bench is run for what it prints")]

use std::{
    fmt::Display,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use serde_json::{Map, Value, json};

/// The numbers so far: under the heading, and under the figure's name.
static NUMBERS: Mutex<Vec<(String, Map<String, Value>)>> = Mutex::new(Vec::new());

/// Starts a group of figures.
pub fn heading(text: &str) {
    println!("\n{text}");
    let mut numbers = NUMBERS.lock().unwrap_or_else(PoisonError::into_inner);
    numbers.push((text.to_owned(), Map::new()));
}

/// One figure, in a column below the others. It is not in the JSON.
pub fn figure(name: &str, value: impl Display) {
    println!("  {name:<60} {value}");
}

/// One number, `unit` empty for a mere count or ratio.
pub fn number(name: &str, value: f64, unit: &str) {
    let digits = if value.fract() == 0.0 { 0 } else { 2 };
    figure(name, format_args!("{value:.digits$} {unit}"));
    let name = if unit.is_empty() { name.to_owned() } else { format!("{name} [{unit}]") };
    let mut numbers = NUMBERS.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((_, group)) = numbers.last_mut() {
        group.insert(name, json!(value));
    }
}

/// Rows of numbers below the names of their columns; `None` where there is none.
pub fn table(name: &str, columns: &[&str], rows: &[(String, Vec<Option<f64>>)]) {
    println!("  {name}");
    print_row("", columns);
    let mut numbers = NUMBERS.lock().unwrap_or_else(PoisonError::into_inner);
    for (row, values) in rows {
        let cell =
            |value: &Option<f64>| value.map_or("-".to_owned(), |value| format!("{value:.2}"));
        print_row(row, &values.iter().map(cell).collect::<Vec<_>>());
        if let Some((_, group)) = numbers.last_mut() {
            let named =
                columns.iter().zip(values).map(|(name, value)| ((*name).to_owned(), json!(value)));
            group.insert(format!("{name}: {row}"), Value::Object(named.collect()));
        }
    }
}

fn print_row(name: &str, cells: &[impl Display]) {
    print!("  {name:<14}");
    for cell in cells {
        print!("{cell:>16}");
    }
    println!();
}

/// One duration, in milliseconds.
pub fn duration(name: &str, value: Duration) {
    number(name, milliseconds(value), "ms");
}

pub fn milliseconds(value: Duration) -> f64 {
    value.as_secs_f64() * 1_000.0
}

/// A count of this bench as a number to divide.
pub fn to_f64(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
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

/// All numbers in one line.
pub fn json() {
    let numbers = NUMBERS.lock().unwrap_or_else(PoisonError::into_inner);
    let groups = numbers.iter().map(|(heading, group)| (heading.clone(), json!(group)));
    println!("\n{}", Value::Object(groups.collect()));
}
