//! `TICKET#t / META`: issued once, redeemed once.

use aws_sdk_dynamodb::types::ReturnValue;
use jiff::Timestamp;

use super::{Store, StoreError, condition::if_held, keys::Key, record};
use crate::{
    dispatch::Dispatch,
    domain::{Ticket, TicketId},
};

/// What redeeming a ticket came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Redemption {
    /// It was good, and is used up now.
    Accepted(Ticket),
    /// It came too late.
    Expired,
    /// It was never issued, or is used up.
    Unknown,
}

impl Store {
    /// Remembers a ticket until it is redeemed.
    pub async fn issue_ticket(&self, id: TicketId, ticket: &Ticket) -> Result<(), StoreError> {
        let item = record::expiring_item(&Key::ticket(id), ticket, ticket.expires_at())?;
        self.put_item(item).dispatch().await?;
        Ok(())
    }

    /// Uses a ticket up: of several who try at once, one is accepted.
    ///
    /// The expiry is checked here: DynamoDB deletes expired items hours late.
    pub async fn redeem_ticket(
        &self,
        id: TicketId,
        now: Timestamp,
    ) -> Result<Redemption, StoreError> {
        let outcome = self
            .delete_item(&Key::ticket(id))
            .condition_expression("attribute_exists(pk)")
            .return_values(ReturnValue::AllOld)
            .dispatch()
            .await;
        let old = if_held(outcome)?.and_then(|answer| answer.attributes);
        let Some(ticket) = record::parse_optional::<Ticket>(old)? else {
            return Ok(Redemption::Unknown);
        };
        Ok(if ticket.has_expired(now) { Redemption::Expired } else { Redemption::Accepted(ticket) })
    }
}
