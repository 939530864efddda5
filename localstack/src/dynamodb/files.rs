//! The database's files: what people say to each other is for the developer's eyes only.

use std::{
    fs::{self, DirBuilder, OpenOptions, Permissions},
    io,
    os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt},
    path::Path,
};

const OWNERS_DIRECTORY: u32 = 0o700;
const OWNERS_FILE: u32 = 0o600;

/// Makes the directory and the file of the database, for their owner only, and takes from others what
/// is there already. `SQLite` gives its other files the mode of this one.
///
/// A directory with more in it than the database is not ours: it keeps its mode.
pub fn keep_private(directory: &Path, file: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(OWNERS_DIRECTORY).create(directory)?;
    OpenOptions::new().append(true).create(true).mode(OWNERS_FILE).open(file)?;
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let mut is_ours = true;
    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        if entry.file_name().to_string_lossy().starts_with(&*name) {
            fs::set_permissions(entry.path(), Permissions::from_mode(OWNERS_FILE))?;
        } else {
            is_ours = false;
        }
    }
    if is_ours {
        fs::set_permissions(directory, Permissions::from_mode(OWNERS_DIRECTORY))?;
    }
    Ok(())
}
