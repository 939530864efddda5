//! The functions' executables: a directory given by the caller, or a build of the workspace.

use std::{
    env,
    ffi::OsString,
    io,
    path::{Path, PathBuf},
    process::{Command, ExitStatus, Stdio},
};

/// Why there are no executables.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    #[error(
        "cargo cannot be started to build the functions (--functions DIR names a directory with built ones)"
    )]
    NoCargo(#[source] io::Error),
    #[error("the functions do not build: cargo ended with {0}, see above")]
    Failed(ExitStatus),
}

/// The project's root directory when the edge was compiled.
pub fn workspace() -> &'static Path {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package.parent().unwrap_or(package)
}

/// Builds the functions for speed, with Cargo's progress on stderr. Gives their directory.
pub fn build() -> Result<PathBuf, BuildError> {
    let target = target_directory();
    let cargo = variable("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    // `ring` is built again, and all that uses it, when the package that Cargo runs is another.
    for (name, _) in env::vars_os() {
        let is_of_package = |of: &&str| name.to_string_lossy().starts_with(*of);
        if ["CARGO_PKG_", "CARGO_MANIFEST_"].iter().any(is_of_package) {
            command.env_remove(&name);
        }
    }
    // Both packages, so that dependencies get the features that the tests build them with, too.
    let status = command
        .args(["build", "--release", "--package", "functions", "--package", "localstack"])
        .arg("--target-dir")
        .arg(&target)
        .current_dir(workspace())
        .stdin(Stdio::null())
        .status()
        .map_err(BuildError::NoCargo)?;
    if !status.success() {
        return Err(BuildError::Failed(status));
    }
    Ok(target.join("release"))
}

#[expect(clippy::disallowed_methods, reason = "Cargo's own variables are no settings of the edge")]
fn variable(name: &str) -> Option<OsString> {
    env::var_os(name)
}

/// Where this program was built, so that dependencies built for it are not built again.
fn target_directory() -> PathBuf {
    let given = variable("CARGO_TARGET_DIR").map(PathBuf::from);
    let own = || env::current_exe().ok()?.ancestors().nth(2).map(Path::to_path_buf);
    let is_target = |directory: &PathBuf| directory.join("CACHEDIR.TAG").is_file();
    given.or_else(|| own().filter(is_target)).unwrap_or_else(|| workspace().join("target"))
}
