//! Sizes: memory of running processes, and binaries as they would be uploaded.

use std::{fs, path::Path, process::Command};

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

/// What the largest functions take up.
pub fn of_binaries() {
    for name in ["send_message", "ws_connect", "put_user"] {
        let [plain, zipped] = of(&binaries::directory().join(name));
        figure(name, format_args!("{plain:.2} MB, zipped {zipped:.2} MB"));
    }
}

/// Megabytes of a file, and of the same file as it would be uploaded.
pub fn of(file: &Path) -> [f64; 2] {
    let plain = fs::metadata(file).map_or(0, |data| data.len());
    // The same compression as in a zip, which adds a hundred bytes.
    let zipped = Command::new("gzip").args(["-6", "-c"]).arg(file).output();
    let zipped = zipped.map_or(0, |output| output.stdout.len() as u64);
    // No function has 4 GB.
    [plain, zipped].map(|bytes| f64::from(u32::try_from(bytes).unwrap_or(u32::MAX)) / 1e6)
}
