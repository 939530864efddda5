//! What is kept on the disk is for whoever runs the edge.

use std::{fs, os::unix::fs::PermissionsExt, path::Path, process::Command};

use tests::{Account, Stack, account::guarded, binaries, token::SECRET};

use crate::edge::scratch;

fn mode(path: &Path) -> u32 {
    fs::metadata(path).expect("it is there").permissions().mode() & 0o777
}

#[tokio::test]
async fn nobody_else_reads_the_database() {
    let data = scratch().join("new/data");
    let name = data.to_str().expect("a path of text");
    let stack = guarded().args(["--data", name]).start().await;
    Account::create(&stack).await.create_room().await;
    assert_eq!(mode(&data), 0o700);
    let files: Vec<_> = fs::read_dir(&data).expect("it is ours").flatten().collect();
    assert!(!files.is_empty());
    for file in files {
        assert_eq!(mode(&file.path()), 0o600, "{}", file.path().display());
    }
}

#[tokio::test]
async fn a_file_may_hold_the_secret_of_the_tokens() {
    let file = scratch().join("jwt-secret");
    fs::write(&file, SECRET).expect("a writable file");
    let name = file.to_str().expect("a path of text");
    let options = Stack::with().args(["--auth", "required", "--jwt-secret-file", name]);
    let stack = options.start().await;
    Account::create(&stack).await.create_room().await;
    assert_eq!(mode(&file), 0o600, "others could read it");
}

#[test]
fn the_secret_that_is_made_up_is_its_owners() {
    let file = scratch().join("made-up");
    let mut program = Command::new(binaries::directory().join("localstack"));
    program.args(["token", "--user", "1", "--jwt-secret-file"]).arg(&file).env_remove("JWT_SECRET");
    assert!(program.output().expect("it starts").status.success());
    assert_eq!(mode(&file), 0o600);
}
