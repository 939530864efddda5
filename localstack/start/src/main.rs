//! `cargo run --release`: builds the edge and the functions in one pass, then becomes the edge. With the
//! client's commands behind it, `-- tail` and `-- send`, it builds and becomes the client.
//!
//! Cargo builds one program for `cargo run`. Were it the edge, the functions would be a second pass,
//! and while the edge's largest crates compile one after the other, a core would have nothing to do.

use std::{
    env,
    io::{self, Write},
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::{Command, ExitCode, ExitStatus, Stdio},
};

/// Variables of the package that Cargo runs. `ring` is built again, and all that uses it, when it
/// sees another's.
const OF_THE_PACKAGE: [&str; 2] = ["CARGO_PKG_", "CARGO_MANIFEST_"];

/// What to build, and what to become.
struct Program {
    name: &'static str,
    packages: &'static [&'static str],
    /// Said when nothing has been built before.
    takes: &'static str,
}

const EDGE: Program = Program {
    name: "localstack",
    packages: &["functions", "localstack"],
    takes: "Building the edge and the functions: five to ten minutes on two cores, the first time\n\
            only. Later starts take seconds.",
};

const CLIENT: Program = Program {
    name: "client",
    packages: &["client"],
    takes: "Building the client: a minute or two on two cores, the first time only.",
};

fn main() -> ExitCode {
    let command = env::args_os().nth(1).unwrap_or_default();
    let program = if command == "tail" || command == "send" { CLIENT } else { EDGE };
    let executable = target_directory().join("release").join(program.name);
    if !executable.is_file() {
        // Otherwise Cargo is done at once, or shows the little that it builds again.
        say(program.takes);
    }
    let problem = match build(program.packages) {
        Ok(status) if status.success() => {
            // It returns only when it fails: from here on this process is the program.
            let error = Command::new(&executable).args(env::args_os().skip(1)).exec();
            format!("{} cannot be started: {error}", executable.display())
        }
        Ok(status) => format!("the chat does not build: cargo ended with {status}, see above"),
        Err(error) => format!("cargo cannot be started to build the chat: {error}"),
    };
    say(&format!("error: {problem}"));
    ExitCode::FAILURE
}

/// Builds the packages for speed, with Cargo's progress on stderr.
fn build(packages: &[&str]) -> io::Result<ExitStatus> {
    let mut cargo = Command::new(variable("CARGO").unwrap_or_else(|| "cargo".into()));
    for (name, _) in env::vars_os() {
        if OF_THE_PACKAGE.iter().any(|of| name.to_string_lossy().starts_with(of)) {
            cargo.env_remove(name);
        }
    }
    cargo
        .args(["build", "--release"])
        .args(packages.iter().flat_map(|package| ["--package", package]))
        .arg("--target-dir")
        .arg(target_directory())
        .current_dir(workspace())
        .stdin(Stdio::null())
        .status()
}

fn say(text: &str) {
    // With stderr closed nobody reads it.
    let _ = writeln!(io::stderr(), "{text}");
}

fn workspace() -> &'static Path {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package.ancestors().nth(2).unwrap_or(package)
}

/// Where this program was built: `target/PROFILE/start` stands in it.
fn target_directory() -> PathBuf {
    let given = variable("CARGO_TARGET_DIR").map(PathBuf::from);
    let own = || env::current_exe().ok()?.ancestors().nth(2).map(Path::to_path_buf);
    let is_target = |directory: &PathBuf| directory.join("CACHEDIR.TAG").is_file();
    given.or_else(|| own().filter(is_target)).unwrap_or_else(|| workspace().join("target"))
}

#[expect(clippy::disallowed_methods, reason = "Cargo's own variables are no settings of the chat")]
fn variable(name: &str) -> Option<std::ffi::OsString> {
    env::var_os(name)
}
