//! The costs of requests at DynamoDB: calls and write units. The table in infra/README.md has all of them.
//!
//! A change of a number here is a change of every customer's bill: it must be meant.

mod requests;
mod stream;
mod table;

use tests::{Stack, account::guarded, deadline::eventually, stack::Options};

use table::Costs;

/// A deployment whose functions log what they did.
fn counting() -> Options {
    guarded().parameter("RoomsPerHour", 0).env("RUST_LOG", "info")
}

/// The costs of each request that the function has answered so far.
fn counted(stack: &Stack, function: &str) -> Vec<Costs> {
    let lines = stack.edge.log.lines();
    let own = lines.iter().filter(|line| line.starts_with(&format!("{function}: ")));
    own.filter_map(|line| costs_in(line)).collect()
}

/// Returns the costs that a line of the log names.
fn costs_in(line: &str) -> Option<Costs> {
    let number = |name: &str| {
        let (_, rest) = line.split_once(name)?;
        rest.split(|letter: char| !letter.is_ascii_digit()).next()?.parse().ok()
    };
    let (calls, write_units) = (number("dynamodb.calls=")?, number("dynamodb.write_units=")?);
    Some(Costs { calls, write_units })
}

/// The costs of the one request that `act` makes to the function.
async fn costs(stack: &Stack, function: &str, act: impl Future<Output = ()>) -> Costs {
    let before = counted(stack, function).len();
    act.await;
    let new = eventually("a logged request", async || {
        let counted = counted(stack, function);
        (counted.len() > before).then(|| counted[before..].to_vec())
    });
    let new = new.await;
    assert_eq!(new.len(), 1, "one request to {function}, came {new:?}");
    new[0]
}

/// The calls of the one request that `act` makes to the function.
pub async fn calls(stack: &Stack, function: &str, act: impl Future<Output = ()>) -> u64 {
    costs(stack, function, act).await.calls
}
