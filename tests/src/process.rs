//! Processes of this machine, read from `/proc`.

use std::{fs, path::PathBuf, process::Command, time::Duration};

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

/// The TCP ports that the process listens on.
#[must_use]
pub fn listening_ports(process: u32) -> Vec<u16> {
    let open = fs::read_dir(directory(process).join("fd")).into_iter().flatten().flatten();
    let open: Vec<String> = open
        .filter_map(|file| fs::read_link(file.path()).ok()?.to_str().map(str::to_owned))
        .collect();
    let tables =
        ["net/tcp", "net/tcp6"].map(|table| fs::read_to_string(directory(process).join(table)));
    let port = |line: &str| {
        // Local address, state and inode are the second, fourth and tenth; 0A is LISTEN.
        let fields: Vec<&str> = line.split_whitespace().collect();
        let is_own = open.contains(&format!("socket:[{}]", fields.get(9)?));
        let (_, port) = fields[1].rsplit_once(':').filter(|_| is_own && fields[3] == "0A")?;
        u16::from_str_radix(port, 16).ok()
    };
    let mut ports: Vec<u16> =
        tables.iter().flatten().flat_map(|table| table.lines().filter_map(port)).collect();
    ports.sort_unstable();
    ports.dedup();
    ports
}

/// A variable of the environment that the process was started with.
#[must_use]
pub fn variable(process: u32, name: &str) -> Option<String> {
    let all = fs::read(directory(process).join("environ")).unwrap_or_default();
    let mut all = all.split(|byte| *byte == 0).map(String::from_utf8_lossy);
    all.find_map(|pair| Some(pair.strip_prefix(name)?.strip_prefix('=')?.to_owned()))
}

/// Sends a signal, such as `INT` for Ctrl-C.
pub fn signal(process: u32, name: &str) {
    let command = ["-c", "kill -s \"$0\" \"$1\"", name, &process.to_string()];
    let status = Command::new("sh").args(command).status();
    assert!(status.is_ok_and(|status| status.success()), "{process} is not running any more");
}

/// What the process is called, empty when it has ended.
#[must_use]
pub fn name(process: u32) -> String {
    status(process, "Name:")
}

/// Its resident memory, 0 when it has ended.
#[must_use]
pub fn resident_megabytes(process: u32) -> f64 {
    status(process, "VmRSS:").parse().map_or(0.0, |kilobytes: f64| kilobytes / 1_000.0)
}

/// A field of what the kernel says of the process.
fn status(process: u32, name: &str) -> String {
    let status = fs::read_to_string(directory(process).join("status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(name));
    line.and_then(|rest| rest.split_whitespace().next()).unwrap_or_default().to_owned()
}

/// What the process and all below it have used of the processors, in steps of 10 ms.
///
/// Linux counts it in hundredths of a second, whatever its own clock does.
#[must_use]
pub fn cpu_time(process: u32) -> Duration {
    let ticks = |process: u32| -> u64 {
        let stat = fs::read_to_string(directory(process).join("stat")).unwrap_or_default();
        let fields = stat.rsplit(") ").next().unwrap_or_default();
        // After the name: state is the first, utime and stime are the 12th and 13th.
        fields.split(' ').skip(11).take(2).flat_map(str::parse::<u64>).sum()
    };
    let all = descendants(process).into_iter().chain([process]);
    Duration::from_millis(all.map(ticks).sum::<u64>() * 10)
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
