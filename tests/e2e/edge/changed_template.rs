//! The probe's template with a change, in a directory of its own.

use std::{fs, path::PathBuf};

use tests::{Stack, binaries, stack::Options};
use uuid::Uuid;

/// A directory of its own below the target directory.
pub fn scratch() -> PathBuf {
    let directory = binaries::target().join("tmp").join(Uuid::new_v4().to_string());
    fs::create_dir_all(&directory).expect("the target directory is writable");
    directory
}

/// The probe's template with one text replaced by another.
pub fn changed_template(name: &str, from: &str, to: &str) -> Options {
    let template = concat!(env!("CARGO_MANIFEST_DIR"), "/edge/template.yaml");
    let text = fs::read_to_string(template).expect("the probe's template");
    assert!(text.contains(from), "{from}");
    let file = scratch().join(name);
    fs::write(&file, text.replace(from, to)).expect("a writable file");
    Stack::with().args(["--template".as_ref(), file.as_os_str()])
}
