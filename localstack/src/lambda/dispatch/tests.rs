//! Every rule of the dispatch, without a process.

use super::*;

fn submit(dispatch: &Dispatch) -> (Uuid, oneshot::Receiver<Answer>) {
    let submitted = dispatch.submit(Bytes::from_static(b"{}"), 0, false);
    (submitted.id, submitted.answer)
}

/// Takes what is there for a process now.
fn take(dispatch: &Dispatch, number: ProcessNumber) -> Option<Uuid> {
    let delivery = dispatch.poll(number).try_recv().ok()?;
    let id = delivery.id;
    assert_eq!(delivery.take(), "{}");
    Some(id)
}

/// A dispatch with one process that has asked and got this invocation.
fn busy() -> (Dispatch, Start, Uuid, oneshot::Receiver<Answer>) {
    let dispatch = Dispatch::default();
    let (id, answer) = submit(&dispatch);
    let start = dispatch.claim_start().unwrap();
    assert_eq!(take(&dispatch, start.number), Some(id));
    (dispatch, start, id, answer)
}

#[test]
fn a_process_is_wanted_only_when_work_waits_for_it() {
    let dispatch = Dispatch::default();
    assert!(dispatch.claim_start().is_none(), "no work");
    let (_, _answer) = submit(&dispatch);
    let start = dispatch.claim_start().unwrap();
    assert!(dispatch.claim_start().is_none(), "one is starting");
    assert!(take(&dispatch, start.number).is_some());
    let _waiting = submit(&dispatch);
    assert!(dispatch.claim_start().is_none(), "one has room");
}

#[test]
fn a_second_process_is_wanted_when_the_first_is_full_and_no_third() {
    let (dispatch, first, ..) = busy();
    let mut answers: Vec<_> = (1..3 * MAX_CONCURRENCY).map(|_| submit(&dispatch)).collect();
    for _ in 1..MAX_CONCURRENCY {
        assert!(dispatch.claim_start().is_none());
        take(&dispatch, first.number).unwrap();
    }
    let second = dispatch.claim_start().unwrap();
    for _ in 0..MAX_CONCURRENCY {
        take(&dispatch, second.number).unwrap();
    }
    assert!(dispatch.claim_start().is_none());
    let (last, _) = answers.pop().unwrap();
    assert!(dispatch.lock().waiting.contains(&last));
}

#[test]
fn a_process_is_known_by_its_key_while_it_runs() {
    let (dispatch, start, ..) = busy();
    assert!(dispatch.knows(start.number, start.key));
    assert!(!dispatch.knows(start.number, Uuid::new_v4()), "another key");
    assert!(!dispatch.knows(start.number + 1, start.key), "another process");
    dispatch.ended(start.number, "exit status: 1");
    assert!(!dispatch.knows(start.number, start.key), "it has ended");
}

#[test]
fn an_answer_reaches_its_caller_once_and_only_from_its_process() {
    let (dispatch, start, id, mut answer) = busy();
    assert!(!dispatch.answer(start.number + 1, id, Ok(Bytes::new())), "another process");
    assert!(!dispatch.answer(start.number, Uuid::new_v4(), Ok(Bytes::new())), "another id");
    assert!(dispatch.answer(start.number, id, Ok("yes".into())));
    assert!(!dispatch.answer(start.number, id, Ok("again".into())));
    assert_eq!(answer.try_recv().unwrap().unwrap(), "yes");
}

#[test]
fn an_invocation_skips_a_poll_whose_client_is_gone() {
    let (dispatch, start, ..) = busy();
    drop(dispatch.poll(start.number));
    let mut open = dispatch.poll(start.number);
    let (id, _answer) = submit(&dispatch);
    assert_eq!(open.try_recv().unwrap().id, id);
}

#[test]
fn an_invocation_that_was_not_taken_goes_to_another_poll_first_in_line() {
    let (dispatch, start, ..) = busy();
    let poll = dispatch.poll(start.number);
    let (first, _first_answer) = submit(&dispatch);
    let (second, _second_answer) = submit(&dispatch);
    drop(poll);
    assert_eq!(take(&dispatch, start.number), Some(first));
    assert_eq!(take(&dispatch, start.number), Some(second));
}

#[test]
fn a_crash_fails_what_was_in_flight_and_keeps_what_waits() {
    let (dispatch, start, _, mut crashed) = busy();
    let (waiting, mut kept) = submit(&dispatch);
    dispatch.ended(start.number, "exit status: 1");
    assert!(matches!(crashed.try_recv(), Ok(Err(InvokeError::Crashed))));
    assert!(kept.try_recv().is_err(), "not answered yet");
    let next = dispatch.claim_start().unwrap();
    assert_eq!((next.failed_before, take(&dispatch, next.number)), (0, Some(waiting)));
}

#[test]
fn a_process_that_dies_at_start_fails_what_waits_and_delays_the_next() {
    let dispatch = Dispatch::default();
    for failed_before in 0..3 {
        let (_, mut answer) = submit(&dispatch);
        let start = dispatch.claim_start().unwrap();
        assert_eq!(start.failed_before, failed_before);
        dispatch.ended(start.number, "exit status: 1");
        let answer = answer.try_recv().unwrap();
        assert!(matches!(answer, Err(InvokeError::NotStarted(why)) if why == "exit status: 1"));
    }
    let (_, _answer) = submit(&dispatch);
    let start = dispatch.claim_start().unwrap();
    take(&dispatch, start.number).unwrap();
    assert_eq!(dispatch.lock().failed_starts, 0, "one that asks for work ends the series");
}

#[test]
fn the_error_that_a_process_reports_is_the_reason_it_did_not_start() {
    let dispatch = Dispatch::default();
    let (_, mut answer) = submit(&dispatch);
    let start = dispatch.claim_start().unwrap();
    dispatch.init_failed(start.number, "no table".into());
    dispatch.ended(start.number, "exit status: 1");
    let answer = answer.try_recv().unwrap();
    assert!(matches!(answer, Err(InvokeError::NotStarted(why)) if why == "no table"));
}

#[test]
fn a_process_that_timed_out_finishes_its_other_work_and_gets_no_new() {
    let (dispatch, start, stuck, _answer) = busy();
    let (other, _other_answer) = submit(&dispatch);
    take(&dispatch, start.number).unwrap();
    dispatch.expire(stuck);
    assert!(!start.ending.is_cancelled(), "it still works on the other");
    let (_, _new_answer) = submit(&dispatch);
    assert_eq!(take(&dispatch, start.number), None);
    assert!(dispatch.claim_start().is_some(), "the new one needs a new process");
    assert!(dispatch.answer(start.number, other, Ok(Bytes::new())));
    assert!(start.ending.is_cancelled());
}

#[test]
fn a_process_that_was_free_and_took_nothing_must_go() {
    let (dispatch, start, id, _answer) = busy();
    dispatch.answer(start.number, id, Ok(Bytes::new()));
    let (ignored, _ignored_answer) = submit(&dispatch);
    dispatch.expire(ignored);
    assert!(start.ending.is_cancelled());
    assert!(dispatch.lock().waiting.is_empty());
}

#[test]
fn only_a_process_that_never_asked_ends_for_being_silent() {
    let (dispatch, asked, ..) = busy();
    dispatch.end_unless_asked(asked.number);
    assert!(!asked.ending.is_cancelled());
    let silent = Dispatch::default();
    let (_, _answer) = submit(&silent);
    let start = silent.claim_start().unwrap();
    silent.end_unless_asked(start.number);
    assert!(start.ending.is_cancelled());
}

#[test]
fn after_closing_everything_fails_and_every_process_ends() {
    let (dispatch, start, _, mut answer) = busy();
    dispatch.close();
    assert!(matches!(answer.try_recv(), Ok(Err(InvokeError::NotStarted(_)))));
    assert!(start.ending.is_cancelled());
    let (_, mut late) = submit(&dispatch);
    assert!(matches!(late.try_recv(), Ok(Err(InvokeError::NotStarted(_)))));
    assert!(dispatch.claim_start().is_none());
}

#[test]
fn the_first_invocation_of_a_process_is_a_cold_start() {
    let dispatch = Dispatch::default();
    let [first, second] =
        [0, 1].map(|deadline| dispatch.submit(Bytes::from_static(b"{}"), deadline, false));
    let start = dispatch.claim_start().unwrap();
    assert_eq!(take(&dispatch, start.number), Some(first.id));
    assert_eq!(take(&dispatch, start.number), Some(second.id));
    assert!(first.init.get().is_some() && second.init.get().is_none());
}

#[test]
fn a_process_that_shall_crash_takes_all_its_work_with_it_and_gets_no_more() {
    let (dispatch, start, _, mut other) = busy();
    let mut crashing = dispatch.submit(Bytes::from_static(b"{}"), 0, true);
    take(&dispatch, start.number).unwrap();
    assert!(dispatch.answer(start.number, crashing.id, Ok("done".into())));
    assert!(start.ending.is_cancelled() && crashing.answer.try_recv().is_err(), "not yet");
    let (next, _next_answer) = submit(&dispatch);
    assert_eq!(take(&dispatch, start.number), None);

    dispatch.ended(start.number, "killed");

    for answer in [&mut crashing.answer, &mut other] {
        assert!(matches!(answer.try_recv(), Ok(Err(InvokeError::Crashed))));
    }
    let start = dispatch.claim_start().unwrap();
    assert_eq!(take(&dispatch, start.number), Some(next));
}

#[test]
fn a_first_process_is_started_without_work_unless_one_runs() {
    let dispatch = Dispatch::default();
    let first = dispatch.claim_first().unwrap();
    assert!(dispatch.claim_first().is_none(), "one is starting");
    dispatch.ended(first.number, "exit status: 1");
    assert!(dispatch.claim_first().is_some(), "it has ended");
    dispatch.close();
    assert!(dispatch.claim_first().is_none(), "no more work");
}

#[test]
fn a_reason_not_to_start_is_said_once_until_it_changes() {
    let dispatch = Dispatch::default();
    let fails = |why| dispatch.ended(dispatch.claim_first().unwrap().number, why);
    assert_eq!(fails("no key").as_deref(), Some("could not start: no key"));
    assert_eq!(fails("no key"), None);
    assert_eq!(fails("no table").as_deref(), Some("could not start: no table"));
    assert_eq!(dispatch.refusal().as_deref(), Some("no table"));

    let _poll = dispatch.poll(dispatch.claim_first().unwrap().number);
    assert_eq!(dispatch.refusal(), None, "it asks for work");
}

#[tokio::test]
async fn a_start_is_over_when_a_process_asks_for_work_or_ends() {
    let dispatch = Dispatch::default();
    let started = dispatch.started();
    dispatch.ended(dispatch.claim_first().unwrap().number, "no key");
    assert_eq!(started.await, Err("no key".to_owned()), "also when it ended before");

    let number = dispatch.claim_first().unwrap().number;
    let started = dispatch.started();
    let _poll = dispatch.poll(number);
    assert_eq!(started.await, Ok(()), "and not for the failure before");
    assert_eq!(dispatch.started().await, Ok(()), "one runs");
}
