//! boto3 pointed at the edge.

use tests::{Stack, signature::developer};

use crate::program::{Program, file, python};

#[tokio::test]
async fn boto3_posts_gets_and_deletes_and_raises_what_aws_raises() {
    let stack = Stack::with().demo().start().await;
    let port = stack.port.to_string();
    let developer = developer();
    let mut program = python();
    program
        .arg(file("management.py"))
        .arg(port)
        .env("AWS_ACCESS_KEY_ID", developer.access_key_id())
        .env("AWS_SECRET_ACCESS_KEY", developer.secret_access_key());
    Program::start(&mut program).succeeds();
}
