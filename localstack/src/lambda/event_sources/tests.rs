//! Batching, order, retries and bisecting: every rule of the lanes, without a function.

use std::collections::BTreeMap;

use serde_json::Value;
use tokio::time::Instant;

use super::{
    lane::{GivenUp, Lane, Next, Reason, Rules},
    lanes::{Lanes, Work},
    outcome::Outcome,
    *,
};
use crate::{
    dynamodb::{Record, SequenceNumber},
    template::StartingPosition,
};

const NOW: i64 = 1_000_000;

fn record(stored: u64, item: &str) -> Record {
    Record {
        sequence: SequenceNumber::new(stored),
        item: item.to_owned(),
        written_at: NOW,
        body: Value::Null,
    }
}

fn rules() -> Rules {
    Rules { batch_size: 4, window: Duration::ZERO, bisects: true, retries: None, record_age: None }
}

/// A lane with records 1, 2, 3 … that has sent nothing.
fn lane(rules: Rules, records: u64, now: Instant) -> Lane {
    let mut lane = Lane::new(rules);
    (1..=records).for_each(|stored| lane.push(record(stored, ""), now));
    lane
}

/// What the lane sends now, as the first record's number and the size.
fn sent(lane: &mut Lane, now: Instant) -> (u64, usize) {
    match lane.next(now, NOW) {
        Next::Send(count) => (lane.oldest().unwrap().stored(), count),
        other => panic!("{other:?}"),
    }
}

/// Lets the back-off pass.
fn later(lane: &mut Lane, now: Instant) -> Instant {
    match lane.next(now, NOW) {
        Next::WaitUntil(at) => at,
        other => panic!("{other:?}"),
    }
}

fn given_up(first: u64, last: u64, count: usize, reason: Reason) -> GivenUp {
    let (first, last) = (SequenceNumber::new(first), SequenceNumber::new(last));
    GivenUp { first, last, count, reason }
}

#[test]
fn without_a_window_what_is_there_is_sent_at_once_and_one_batch_at_a_time() {
    let now = Instant::now();
    let mut lane = lane(rules(), 6, now);
    assert_eq!(sent(&mut lane, now), (1, 4));
    assert_eq!(lane.next(now, NOW), Next::Nothing, "the order would be lost");
    lane.answered(Outcome::Done, now);
    assert_eq!(sent(&mut lane, now), (5, 2));
    lane.answered(Outcome::Done, now);
    assert_eq!(lane.next(now, NOW), Next::Nothing);
}

#[test]
fn a_window_waits_from_the_first_record_on_until_the_batch_is_full() {
    let now = Instant::now();
    let window = Duration::from_secs(5);
    let mut lane = lane(Rules { window, ..rules() }, 1, now);
    assert_eq!(lane.next(now, NOW), Next::WaitUntil(now + window));
    let then = now + Duration::from_secs(3);
    lane.push(record(2, ""), then);
    assert_eq!(lane.next(then, NOW), Next::WaitUntil(now + window));
    assert_eq!(sent(&mut lane, now + window), (1, 2));
    lane.answered(Outcome::Done, now + window);
    (3..8).for_each(|stored| lane.push(record(stored, ""), then));
    assert_eq!(sent(&mut lane, then), (3, 4), "it is full");
    lane.answered(Outcome::Done, then);
    lane.close_window();
    assert_eq!(sent(&mut lane, then), (7, 1), "the end does not wait");
}

#[test]
fn a_batch_is_tried_again_from_its_first_failed_record_on() {
    let now = Instant::now();
    let mut lane = lane(rules(), 6, now);
    sent(&mut lane, now);
    lane.answered(Outcome::FailedFrom(2), now);
    assert_eq!(lane.oldest(), Some(SequenceNumber::new(3)));
    let then = later(&mut lane, now);
    assert!(then > now, "not at once");
    assert_eq!(sent(&mut lane, then), (3, 2), "and without what came later");
    lane.answered(Outcome::Done, then);
    assert_eq!(sent(&mut lane, then), (5, 2));
}

#[test]
fn a_failed_batch_is_halved_until_the_culprit_is_alone() {
    let now = Instant::now();
    let mut lane = lane(rules(), 5, now);
    assert_eq!(sent(&mut lane, now), (1, 4));
    lane.answered(Outcome::Failed, now);
    let mut then = later(&mut lane, now);
    assert_eq!(sent(&mut lane, then), (1, 2));
    lane.answered(Outcome::Done, then);
    assert_eq!(sent(&mut lane, then), (3, 2));
    lane.answered(Outcome::Failed, then);
    then = later(&mut lane, then);
    assert_eq!(sent(&mut lane, then), (3, 1));
    lane.answered(Outcome::Failed, then);
    let again = later(&mut lane, then);
    assert_eq!(sent(&mut lane, again), (3, 1), "nothing overtakes it");
    lane.answered(Outcome::Done, again);
    assert_eq!(sent(&mut lane, again), (4, 1));
    lane.answered(Outcome::Done, again);
    assert_eq!(sent(&mut lane, again), (5, 1));
}

#[test]
fn the_pause_before_a_retry_grows() {
    let mut now = Instant::now();
    let mut lane = lane(Rules { bisects: false, ..rules() }, 1, now);
    let mut pauses = Vec::new();
    for _ in 0..12 {
        sent(&mut lane, now);
        lane.answered(Outcome::Failed, now);
        let then = later(&mut lane, now);
        pauses.push(then - now);
        now = then;
    }
    assert!(pauses.is_sorted(), "{pauses:?}");
    assert_eq!(pauses[1], pauses[0] * 2);
    assert_eq!(pauses[10], pauses[11], "but not for ever");
}

#[test]
fn records_are_given_up_after_their_last_retry_and_the_next_ones_go_on() {
    let mut now = Instant::now();
    let mut lane = lane(Rules { bisects: false, retries: Some(2), ..rules() }, 6, now);
    for _ in 0..2 {
        assert_eq!(sent(&mut lane, now), (1, 4));
        assert_eq!(lane.answered(Outcome::Failed, now), None);
        now = later(&mut lane, now);
    }
    sent(&mut lane, now);
    let expected = given_up(1, 4, 4, Reason::TooManyTries);
    assert_eq!(lane.answered(Outcome::Failed, now), Some(expected));
    assert_eq!(sent(&mut lane, now), (5, 2));
}

#[test]
fn bisecting_gives_up_the_culprit_only() {
    let mut now = Instant::now();
    let mut lane = lane(Rules { retries: Some(0), ..rules() }, 4, now);
    let mut gone = Vec::new();
    while lane.len() > 0 {
        now += Duration::from_mins(1);
        let (first, count) = sent(&mut lane, now);
        let has_culprit = (first..first + count as u64).contains(&3);
        let outcome = if has_culprit { Outcome::Failed } else { Outcome::Done };
        gone.extend(lane.answered(outcome, now));
    }
    assert_eq!(gone, [given_up(3, 3, 1, Reason::TooManyTries)]);
}

#[test]
fn records_that_are_too_old_are_given_up_and_younger_ones_are_not() {
    let now = Instant::now();
    let hour = Duration::from_hours(1);
    let mut lane = Lane::new(Rules { record_age: Some(hour), ..rules() });
    for (stored, age) in [(1, 3602), (2, 3601), (3, 3600), (4, 0)] {
        lane.push(Record { written_at: NOW - age, ..record(stored, "") }, now);
    }
    let expected = given_up(1, 2, 2, Reason::TooOld);
    assert_eq!(lane.next(now, NOW), Next::GiveUp(expected));
    assert_eq!(sent(&mut lane, now), (3, 2));
    lane.answered(Outcome::FailedFrom(0), now);
    let then = later(&mut lane, now);
    let expected = given_up(3, 3, 1, Reason::TooOld);
    assert_eq!(lane.next(then, NOW + 1), Next::GiveUp(expected));
    assert_eq!(sent(&mut lane, then), (4, 1));
}

#[test]
fn a_batch_fits_into_an_invocation() {
    let now = Instant::now();
    let mut lane = Lane::new(rules());
    for stored in 1..=4 {
        let body = Value::String("x".repeat(2 << 20));
        lane.push(Record { body, ..record(stored, "") }, now);
    }
    assert_eq!(sent(&mut lane, now), (1, 2));
    lane.answered(Outcome::Done, now);
    assert_eq!(sent(&mut lane, now), (3, 2));
}

fn lanes(parallelization: usize) -> Lanes {
    Lanes::new(&EventSourceMapping {
        name: "Mapping".into(),
        function: "F".into(),
        table: "things".into(),
        stream_arn: "arn".into(),
        starts_at: StartingPosition::TrimHorizon,
        filters: Vec::new(),
        batch_size: 3,
        window: Duration::ZERO,
        parallelization,
        reports_failures: true,
        bisects: true,
        retries: None,
        record_age: None,
        on_failure: None,
    })
}

/// A thousand records of 20 items, with answers in random order and of every kind.
#[test]
fn each_item_keeps_its_order_whatever_fails() {
    let mut random = fastrand::Rng::with_seed(7);
    let (mut lanes, mut now) = (lanes(4), Instant::now());
    for stored in 1..=1000 {
        lanes.push(record(stored, &random.u8(..20).to_string()), now);
    }
    let mut done: BTreeMap<String, Vec<u64>> = BTreeMap::new();
    let mut under_way = Vec::new();
    while lanes.len() > 0 {
        let Work { batches, given_up, .. } = lanes.work(now, NOW);
        assert!(given_up.is_empty());
        under_way.extend(batches);
        assert!(under_way.len() <= 4);
        now += Duration::from_secs(1);
        if under_way.is_empty() {
            continue;
        }
        let batch = under_way.swap_remove(random.usize(..under_way.len()));
        let outcome = match random.u8(..4) {
            0 => Outcome::Failed,
            1 => Outcome::FailedFrom(random.usize(..batch.records.len())),
            _ => Outcome::Done,
        };
        let finished = match outcome {
            Outcome::Done => batch.records.len(),
            Outcome::FailedFrom(index) => index,
            Outcome::Failed => 0,
        };
        for record in &batch.records[..finished] {
            done.entry(record.item.clone()).or_default().push(record.sequence.stored());
        }
        lanes.answered(batch.lane, outcome, now);
    }
    assert_eq!(done.values().map(Vec::len).sum::<usize>(), 1000, "each once");
    assert!(done.values().all(|numbers| numbers.is_sorted()), "{done:?}");
}

#[test]
fn one_failing_item_does_not_hold_up_the_others() {
    let (mut lanes, now) = (lanes(10), Instant::now());
    for stored in 1..=100 {
        lanes.push(record(stored, &stored.to_string()), now);
    }
    let batches = lanes.work(now, NOW).batches;
    let failing = batches[0].lane;
    for batch in batches {
        let outcome = if batch.lane == failing { Outcome::Failed } else { Outcome::Done };
        lanes.answered(batch.lane, outcome, now);
    }
    let next = lanes.work(now, NOW);
    assert!(next.batches.len() > 5 && next.batches.iter().all(|batch| batch.lane != failing));
    assert!(next.ask_again_at.is_some_and(|at| at > now));
}

#[test]
fn the_position_is_before_the_oldest_record_that_is_not_done() {
    let (mut lanes, now) = (lanes(1), Instant::now());
    assert_eq!(lanes.consumed(), None);
    (5..=8).for_each(|stored| lanes.push(record(stored, ""), now));
    lanes.pass_over(&record(9, ""));
    assert_eq!(lanes.consumed(), Some(SequenceNumber::new(4)));
    lanes.work(now, NOW);
    lanes.answered(0, Outcome::FailedFrom(2), now);
    assert_eq!(lanes.consumed(), Some(SequenceNumber::new(6)));
    for _ in 0..2 {
        lanes.work(now + Duration::from_secs(1), NOW);
        lanes.answered(0, Outcome::Done, now);
    }
    assert_eq!(lanes.consumed(), Some(SequenceNumber::new(9)), "filtered ones are done");
}
