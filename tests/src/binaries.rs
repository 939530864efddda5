//! The programs under test, built once per test process in the profile of the tests themselves.

use std::{
    path::{Path, PathBuf},
    process::Command,
    sync::OnceLock,
};

const PROFILE: &str = if cfg!(debug_assertions) { "dev" } else { "release" };

/// The project's root directory.
#[must_use]
pub fn workspace() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

/// The directory with `localstack`, the functions and the `probe`.
///
/// Builds them at the first call, so that a plain `cargo test` tests what the sources say.
pub fn directory() -> &'static Path {
    static DIRECTORY: OnceLock<PathBuf> = OnceLock::new();
    DIRECTORY.get_or_init(|| {
        build(&["localstack", "functions"]);
        beside_the_tests()
    })
}

/// The client's program, built at the first call too.
pub fn client() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| {
        build(&["client"]);
        beside_the_tests().join("client")
    })
}

/// Where Cargo puts scratch files and installed tools: the target directory.
#[must_use]
pub fn target() -> PathBuf {
    ancestor(&beside_the_tests(), 1)
}

/// Cargo in the project, with the target directory of the tests.
#[must_use]
pub fn cargo(command: &str) -> Command {
    let mut cargo = Command::new(env!("CARGO"));
    // `ring` is built again, and all that uses it, when the package that Cargo runs is another.
    for (name, _) in std::env::vars_os() {
        if ["CARGO_PKG_", "CARGO_MANIFEST_"].iter().any(|of| name.to_string_lossy().starts_with(of))
        {
            cargo.env_remove(name);
        }
    }
    cargo.args([command, "--quiet", "--target-dir"]).arg(target()).current_dir(workspace());
    cargo
}

fn build(packages: &[&str]) {
    let status = cargo("build")
        .args(["--profile", PROFILE])
        .args(packages.iter().flat_map(|package| ["--package", package]))
        .status()
        .expect("cargo starts");
    assert!(status.success(), "the programs under test do not build");
}

/// Cargo runs `target/PROFILE/deps/e2e-HASH`.
fn beside_the_tests() -> PathBuf {
    let test = std::env::current_exe().expect("a running program has a path");
    ancestor(&test, 2)
}

fn ancestor(path: &Path, levels: usize) -> PathBuf {
    let found = path.ancestors().nth(levels);
    found.expect("tests run inside a target directory").to_path_buf()
}
