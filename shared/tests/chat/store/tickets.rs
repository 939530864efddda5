//! `TICKET#t / META`: issued once, redeemed once, in time.

use futures_util::future::join_all;
use shared::{
    domain::{Ticket, TicketId},
    store::Redemption,
};

use crate::world::{Chat, at, user};

fn ticket() -> Ticket {
    Ticket { user_id: user(7), issued_at: at(0), sign_outs: 3 }
}

/// A ticket of user 7, issued at [`at`]`(0)`.
async fn issue(chat: &Chat) -> TicketId {
    let id = TicketId::random();
    chat.issue_ticket(id, &ticket()).await.expect("an issued ticket");
    id
}

#[tokio::test]
async fn a_ticket_is_accepted_once() {
    let chat = Chat::start().await;
    let id = issue(&chat).await;

    assert_eq!(chat.redeem_ticket(id, at(1)).await.unwrap(), Redemption::Accepted(ticket()));
    for seconds in [1, 2, 31] {
        let again = chat.redeem_ticket(id, at(seconds)).await.unwrap();
        assert_eq!(again, Redemption::Unknown, "after {seconds} s");
    }
    assert_eq!(chat.database.items().await, 0, "nothing of it is left");
}

#[tokio::test]
async fn a_ticket_is_good_for_less_than_thirty_seconds() {
    let chat = Chat::start().await;
    for (seconds, outcome) in [
        (0, Redemption::Accepted(ticket())),
        (29, Redemption::Accepted(ticket())),
        (30, Redemption::Expired),
        (31, Redemption::Expired),
        (86_400, Redemption::Expired),
    ] {
        let id = issue(&chat).await;
        assert_eq!(chat.redeem_ticket(id, at(seconds)).await.unwrap(), outcome, "{seconds} s");
        let again = chat.redeem_ticket(id, at(0)).await.unwrap();
        assert_eq!(again, Redemption::Unknown, "a ticket that came too late is used up");
    }
}

#[tokio::test]
async fn a_ticket_that_was_never_issued_is_unknown() {
    let chat = Chat::start().await;
    issue(&chat).await;

    let outcome = chat.redeem_ticket(TicketId::random(), at(0)).await.unwrap();

    assert_eq!(outcome, Redemption::Unknown);
    assert_eq!(chat.database.items().await, 1, "the other one is still good");
}

#[tokio::test]
async fn of_fifty_who_redeem_a_ticket_at_once_one_is_accepted() {
    let chat = Chat::start().await;
    for _ in 0..5 {
        let id = issue(&chat).await;

        let attempts = (0..50).map(|_| chat.redeem_ticket(id, at(1)));
        let outcomes = join_all(attempts).await.into_iter().map(Result::unwrap);

        let accepted = outcomes.filter(|outcome| *outcome == Redemption::Accepted(ticket()));
        assert_eq!(accepted.count(), 1);
    }
}
