//! `sign_outs` in `USER#u / PROFILE`: how often a user has signed out everywhere.
//!
//! A ticket has the number of its time, and its socket is stored on condition that it still is that
//! number. Who signs out counts first and reads the sockets then: a socket was stored before, and is
//! found, or is refused. No clock has a say in it.

use aws_sdk_dynamodb::types::{ConditionCheck, TransactWriteItem};

use super::{
    Store, StoreError, condition::if_held, keys::Key, record::number, transaction::incomplete,
};
use crate::{dispatch::Dispatch, domain::UserId};

impl Store {
    /// Makes an end of all tickets that the user has: whether there is such a user.
    pub async fn sign_out(&self, user: UserId) -> Result<bool, StoreError> {
        let count = self
            .update_item(&Key::profile(user))
            .update_expression("ADD sign_outs :one")
            .condition_expression("attribute_exists(pk)")
            .expression_attribute_values(":one", number(1));
        Ok(if_held(count.dispatch().await)?.is_some())
    }

    /// Requires that the user has signed out this often, and not once more.
    pub(super) fn require_sign_outs(
        &self,
        user: UserId,
        sign_outs: u64,
    ) -> Result<TransactWriteItem, StoreError> {
        let key = Some(Key::profile(user).attributes());
        let check = ConditionCheck::builder().table_name(&self.table).set_key(key);
        let check = match sign_outs {
            0 => check.condition_expression("attribute_not_exists(sign_outs)"),
            _ => check
                .condition_expression("sign_outs = :sign_outs")
                .expression_attribute_values(":sign_outs", number(sign_outs)),
        };
        let check = check.build().map_err(incomplete)?;
        Ok(TransactWriteItem::builder().condition_check(check).build())
    }
}
