//! boto3 pointed at the edge.

use tests::Stack;

use crate::program::{Program, file, python};

#[tokio::test]
async fn boto3_posts_gets_and_deletes_and_raises_what_aws_raises() {
    let stack = Stack::with().demo().start().await;
    let port = stack.port.to_string();
    Program::start(python().arg(file("management.py")).arg(port)).succeeds();
}
