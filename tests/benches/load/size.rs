//! Sizes: memory of running processes, and binaries as they would be uploaded.

use std::{fs, process::Command};

use tests::{
    Stack, binaries,
    process::{children, name, resident_megabytes},
};

use crate::report::figure;

/// Resident memory of the edge and of its largest function process.
pub fn resident(stack: &Stack) -> String {
    let edge = stack.edge.id();
    let memory = |process| (name(process), resident_megabytes(process));
    let functions = children(edge).into_iter().map(memory).max_by(|a, b| a.1.total_cmp(&b.1));
    let (name, megabytes) = functions.unwrap_or_default();
    format!("edge {:.1} MB, {name} {megabytes:.1} MB", resident_megabytes(edge))
}

/// The zipped size of the largest function.
pub fn of_binaries() {
    for name in ["send_message", "ws_connect", "put_user"] {
        let file = binaries::directory().join(name);
        let bytes = fs::metadata(&file).map_or(0, |data| data.len());
        // The same compression as in a zip, which adds a hundred bytes.
        let zipped = Command::new("gzip").args(["-6", "-c"]).arg(&file).output();
        let zipped = zipped.map_or(0, |output| output.stdout.len() as u64);
        let megabytes = |bytes: u64| bytes / 10_000;
        let (plain, zipped) = (megabytes(bytes), megabytes(zipped));
        figure(
            name,
            format_args!(
                "{}.{:02} MB, zipped {}.{:02} MB",
                plain / 100,
                plain % 100,
                zipped / 100,
                zipped % 100
            ),
        );
    }
}
