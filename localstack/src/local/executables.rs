//! The functions' executables, and the project that they were built from.

use std::{
    env, io,
    path::{Path, PathBuf},
};

/// The project's root directory when the edge was compiled.
pub fn workspace() -> &'static Path {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package.parent().unwrap_or(package)
}

/// Where Cargo puts the functions: beside this program.
pub fn directory() -> io::Result<PathBuf> {
    let program = env::current_exe()?;
    Ok(program.parent().unwrap_or(&program).to_path_buf())
}
