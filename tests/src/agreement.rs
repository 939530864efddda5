//! Two lists that must have the same entries, such as the template's routes and the specification's.

use std::{collections::BTreeSet, fmt::Display};

/// Asserts that they have, and otherwise says of each entry that only one has which file to edit.
pub fn expect_agreement<T: Ord + Display>(
    left: impl IntoIterator<Item = T>,
    right: impl IntoIterator<Item = T>,
    only_left: impl Fn(&T) -> String,
    only_right: impl Fn(&T) -> String,
) {
    let (left, right): (BTreeSet<T>, BTreeSet<T>) =
        (left.into_iter().collect(), right.into_iter().collect());
    let lines = left.difference(&right).map(only_left);
    let lines: Vec<String> = lines.chain(right.difference(&left).map(only_right)).collect();
    assert!(lines.is_empty(), "\n{}", lines.join("\n"));
}
