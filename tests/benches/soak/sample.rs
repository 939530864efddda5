//! What is measured once a minute, and how it has grown.
#![expect(clippy::print_stdout, reason = "a bench is run for what it prints")]

use std::{fs, time::Duration};

use tests::process::{children, resident_megabytes};

/// One minute.
pub struct Sample {
    edge_megabytes: f64,
    functions_megabytes: f64,
    open_files: u32,
    sends: usize,
    p50: Duration,
    p99: Duration,
}

impl Sample {
    pub fn take(edge: u32, mut latencies: Vec<Duration>) -> Self {
        latencies.sort_unstable();
        let quantile = |percent: usize| {
            let last = latencies.len().saturating_sub(1);
            latencies.get(last * percent / 100).copied().unwrap_or_default()
        };
        let files = fs::read_dir(format!("/proc/{edge}/fd"));
        Self {
            edge_megabytes: resident_megabytes(edge),
            functions_megabytes: children(edge).into_iter().map(resident_megabytes).sum(),
            open_files: files.map_or(0, Iterator::count).try_into().unwrap_or(u32::MAX),
            sends: latencies.len(),
            p50: quantile(50),
            p99: quantile(99),
        }
    }

    pub fn print_heading() {
        println!("edge MB  functions MB  open files  sends  p50 ms  p99 ms");
    }

    pub fn print(&self) {
        println!(
            "{:>7.1}  {:>12.1}  {:>10}  {:>5}  {:>6.1}  {:>6.1}",
            self.edge_megabytes,
            self.functions_megabytes,
            self.open_files,
            self.sends,
            milliseconds(self.p50),
            milliseconds(self.p99),
        );
    }
}

/// The end in terms of the beginning, a fifth of the minutes each.
pub fn print_growth(samples: &[Sample]) {
    let part = (samples.len() / 5).max(1);
    let Some(start) = samples.get(..part) else { return };
    let end = &samples[samples.len() - part..];
    let growth = |name: &str, figure: fn(&Sample) -> f64| {
        let sum = |samples: &[Sample]| samples.iter().map(figure).sum::<f64>();
        println!("{name}, end / start: {:.2}", sum(end) / sum(start));
    };
    growth("memory of the edge", |sample| sample.edge_megabytes);
    growth("memory of the functions", |sample| sample.functions_megabytes);
    growth("open files", |sample| sample.open_files.into());
    growth("p50 of a send", |sample| milliseconds(sample.p50));
}

fn milliseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1_000.0
}
