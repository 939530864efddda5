//! The functions as other profiles build them: how large they are, and how soon they answer. An hour of
//! building at first.

use std::{
    fs, iter,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use tests::{Stack, binaries};

use crate::{
    report::{milliseconds, quantile, table},
    size,
    start::{self, FUNCTIONS},
};

/// Names as Cargo's own: `CARGO_PROFILE_RELEASE_LTO` and so on.
struct Profile {
    lto: &'static str,
    opt_level: &'static str,
    panic: &'static str,
}

const PROFILES: [Profile; 6] = [
    Profile { lto: "off", opt_level: "s", panic: "unwind" },
    Profile { lto: "thin", opt_level: "s", panic: "unwind" },
    Profile { lto: "fat", opt_level: "s", panic: "unwind" },
    Profile { lto: "fat", opt_level: "s", panic: "abort" },
    Profile { lto: "fat", opt_level: "z", panic: "unwind" },
    Profile { lto: "thin", opt_level: "3", panic: "unwind" },
];
/// All take turns, so that all meet the same machine.
const TURNS: usize = 5;
const ROUNDS: usize = 10;
const COLUMNS: [&str; 5] =
    ["send [MB]", "zipped [MB]", "get_room [ms]", "send [ms]", "ws_connect [ms]"];

pub async fn measure() {
    let directories = PROFILES.map(|profile| profile.build());
    let mut times: Vec<_> = PROFILES.map(|_| FUNCTIONS.map(|_| Vec::new())).into();
    for _ in 0..TURNS {
        for (directory, times) in iter::zip(&directories, &mut times) {
            let stack = Stack::with().functions(directory).start().await;
            let first = start::first_answers(&stack, ROUNDS).await;
            for (times, more) in iter::zip(times, first) {
                times.extend(more);
            }
        }
    }
    let rows = iter::zip(iter::zip(&PROFILES, &directories), times);
    let rows: Vec<_> =
        rows.map(|((profile, directory), times)| (profile.name(), row(directory, times))).collect();
    table("medians of first answers", &COLUMNS, &rows);
}

fn row(directory: &Path, times: [Vec<Duration>; 3]) -> Vec<Option<f64>> {
    let sizes = size::of(&directory.join("send_message"));
    let medians = times.map(|mut times| milliseconds(quantile(&mut times, 50)));
    sizes.into_iter().chain(medians).map(Some).collect()
}

impl Profile {
    fn name(&self) -> String {
        format!("{} {} {}", self.lto, self.opt_level, self.panic)
    }

    /// A directory with these functions, and all others as the workspace builds them.
    fn build(&self) -> PathBuf {
        let target = binaries::target().join("profiles");
        let mut cargo = Command::new(env!("CARGO"));
        cargo
            .args(["build", "--release", "--package", "functions", "--target-dir"])
            .arg(&target)
            .args(FUNCTIONS.iter().flat_map(|function| ["--bin", function]))
            .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "1")
            .env("CARGO_PROFILE_RELEASE_LTO", self.lto)
            .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", self.opt_level)
            .env("CARGO_PROFILE_RELEASE_PANIC", self.panic)
            .current_dir(binaries::workspace());
        assert!(cargo.status().is_ok_and(|status| status.success()), "{}: no build", self.name());

        let directory = target.join(self.name().replace(' ', "-"));
        let _ = fs::remove_dir_all(&directory);
        fs::create_dir_all(&directory).expect("a new directory");
        for file in fs::read_dir(binaries::directory()).expect("the functions") {
            let file = file.expect("a file of the directory");
            symlink(file.path(), directory.join(file.file_name())).expect("a link");
        }
        for function in FUNCTIONS {
            let own = directory.join(function);
            let _ = fs::remove_file(&own);
            fs::copy(target.join("release").join(function), own).expect("a function was built");
        }
        directory
    }
}
