//! The edge refuses what the template's IAM policies do not allow, as AWS does; and the policies
//! allow what the functions do, and nothing else.

mod calls;
mod refusals;
mod statements;
mod usage;

use std::panic::AssertUnwindSafe;

use futures_util::{FutureExt, StreamExt, stream};
use tests::{Stack, account::guarded, figures, stack::Options};
use tokio::{
    pin,
    time::{Duration, Instant, interval, timeout},
};

use crate::edge::scratch;
use statements::{Part, without};

/// Two disconnects are never told.
const ARGUMENTS: [&str; 2] = ["--faults", "lose_disconnect=1:2"];
/// Edges side by side.
const AT_ONCE: usize = 2;
const LOOK_EVERY: Duration = Duration::from_millis(20);
/// The log comes over a pipe, after the answer.
const LOGGED_WITHIN: Duration = Duration::from_secs(2);

fn chat() -> Options {
    let options = guarded().args(ARGUMENTS).parameter("SendBurst", 3 * calls::SENDS_AT_ONCE);
    // Larger rooms are left to the function behind the stream.
    options.parameter("InlineMaxMembers", 2).parameter("SocketsPerUser", calls::SOCKETS)
}

/// The lines in which the edge refuses a call.
fn refusals(stack: &Stack) -> Vec<String> {
    let lines = stack.edge.log.lines();
    lines.into_iter().filter(|line| line.contains("IAM refuses a call")).collect()
}

#[tokio::test]
async fn the_policies_allow_what_is_called_and_nothing_else() {
    let trusting = Stack::with().env("RUST_LOG", usage::LOGGED).start().await;
    calls::of_nobody(&trusting).await;
    let mut stacks = vec![trusting];
    let needless = |stacks: &[Stack]| {
        let lines = stacks.iter().flat_map(|stack| stack.edge.log.lines());
        usage::needless(&lines.collect::<Vec<_>>())
    };
    // Twice, for where no message happened to be stored after a later one.
    while stacks.len() <= 2 && !needless(&stacks).is_empty() {
        let stack = chat().env("RUST_LOG", usage::LOGGED).start().await;
        calls::of_everything(&stack).await;
        stacks.push(stack);
    }
    for stack in &stacks {
        assert_eq!(refusals(stack), [""; 0]);
    }
    assert_eq!(needless(&stacks), [""; 0], "these are there for nothing");
}

#[tokio::test]
#[ignore = "a step of its own in tests/run: it takes minutes"]
async fn no_policy_of_the_template_can_be_left_out() {
    let parts = statements::parts();
    let (began, count) = (Instant::now(), parts.len());
    let needless: Vec<Part> = stream::iter(parts)
        // Twice, for where the machine is so busy that the clients give up before they are refused.
        .map(async |part| (!is_missed(&part).await && !is_missed(&part).await).then_some(part))
        .buffer_unordered(AT_ONCE)
        .filter_map(async |part| part)
        .collect()
        .await;
    figures::report(format!("policies: {count} statements left out, in {:?}", began.elapsed()));
    assert!(needless.is_empty(), "these are there for nothing: {needless:#?}");
}

/// Whether the edge refuses a call that this part of a policy allows, once it is gone.
async fn is_missed(part: &Part) -> bool {
    let file = scratch().join("template.yaml");
    std::fs::write(&file, without(part)).expect("a writable file");
    let stack = chat().args(["--template".as_ref(), file.as_os_str()]).start().await;
    let refused = async {
        let mut looks = interval(LOOK_EVERY);
        while !refusals(&stack).iter().any(|line| part.is_named_in(line)) {
            looks.tick().await;
        }
    };
    pin!(refused);
    // A call that fails may fail what the clients do then: that is not what is asked here.
    let all = AssertUnwindSafe(calls::of_everything(&stack)).catch_unwind();
    tokio::select! {
        () = &mut refused => true,
        _ = all => timeout(LOGGED_WITHIN, refused).await.is_ok(),
    }
}
