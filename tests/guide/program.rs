//! The guides' examples, and the programs that they are for.

use std::{
    fs,
    path::{Path, PathBuf},
};

use tests::binaries;
pub use tests::program::{Program, node, python};

/// A file beside these tests.
pub fn file(name: &str) -> PathBuf {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/guide")).join(name)
}

/// The guide's example, with nothing changed but the port.
pub fn example(name: &str, port: u16) -> String {
    let code = fs::read_to_string(file("examples").join(name)).unwrap();
    assert!(code.contains("localhost:3000"), "{name} talks to nobody");
    code.replace("localhost:3000", &format!("localhost:{port}"))
}

/// Writes a file for a program to read.
pub fn write(stack_port: u16, name: &str, text: &str) -> PathBuf {
    let directory = binaries::target().join("tmp").join(format!("guide-{stack_port}"));
    fs::create_dir_all(&directory).unwrap();
    let path = directory.join(name);
    fs::write(&path, text).unwrap();
    path
}
