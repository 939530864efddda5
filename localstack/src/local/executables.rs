//! The functions' executables: a directory given by the caller, or a build of the workspace.

use std::{
    env,
    ffi::OsString,
    io::{self, Write},
    path::{Path, PathBuf},
    process::{Command, ExitStatus, Stdio},
};

use crate::template::Template;

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

/// Builds the template's functions for speed, with Cargo's progress on stderr. Gives their directory.
pub fn build(template: &Template) -> Result<PathBuf, BuildError> {
    let target = target_directory();
    let executables = target.join("release");
    announce(template, &executables);
    let cargo = variable("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    // `ring` is built again, and all that uses it, when the package that Cargo runs is another.
    for (name, _) in env::vars_os() {
        let is_of_package = |of: &&str| name.to_string_lossy().starts_with(*of);
        if ["CARGO_PKG_", "CARGO_MANIFEST_"].iter().any(is_of_package) {
            command.env_remove(&name);
        }
    }
    // Both packages, as `cargo run` selects them: with other features, dependencies are built again.
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
    Ok(executables)
}

/// Says how long it takes when the functions have not been built before. Otherwise Cargo is done at
/// once, or shows the little that it builds again.
fn announce(template: &Template, executables: &Path) {
    let functions = &template.functions;
    if functions.iter().all(|function| executables.join(&function.binary).is_file()) {
        return;
    }
    // With stderr closed nobody reads it.
    let _ = writeln!(
        io::stderr(),
        "Building {} functions: about two minutes on two cores, the first time only.\n\
         Later starts take seconds.",
        functions.len()
    );
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
