//! Processes of this machine, read from `/proc`.

use std::{fs, path::PathBuf};

/// The processes that this one has started and that have not been collected.
#[must_use]
pub fn children(process: u32) -> Vec<u32> {
    let threads = fs::read_dir(directory(process).join("task")).into_iter().flatten().flatten();
    threads
        .filter_map(|thread| fs::read_to_string(thread.path().join("children")).ok())
        .flat_map(|list| list.split_whitespace().flat_map(str::parse).collect::<Vec<_>>())
        .collect()
}

/// The children, their children, and so on.
#[must_use]
pub fn descendants(process: u32) -> Vec<u32> {
    let all = |child: u32| descendants(child).into_iter().chain([child]);
    children(process).into_iter().flat_map(all).collect()
}

/// Whether the process is neither running nor waiting to be collected by somebody else (a zombie).
#[must_use]
pub fn has_ended(process: u32) -> bool {
    let state = fs::read_to_string(directory(process).join("stat"));
    state.map_or(true, |stat| stat.rsplit(") ").next().is_some_and(|rest| rest.starts_with('Z')))
}

fn directory(process: u32) -> PathBuf {
    PathBuf::from("/proc").join(process.to_string())
}
