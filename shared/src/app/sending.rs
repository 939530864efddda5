//! Sending a message, the same for both dialects.

use jiff::Timestamp;

use super::App;
use crate::{
    domain::{Draft, Event, Message, Refusal, RoomId, UserId},
    error::Error,
};

impl App {
    /// Stores a member's message and tells the room.
    pub async fn send(
        &self,
        room: RoomId,
        user: UserId,
        draft: Draft,
        now: Timestamp,
    ) -> Result<Message, Error> {
        let sender = self.store.standing(room, user).await?.membership()?;
        let message = self.store.add_message(room, sender.profile, draft, now).await?;
        let message = message.ok_or(Refusal::NotAMember { room, user })?;
        self.broadcaster.tell(Event::Message(message.clone()), now, None).await;
        Ok(message)
    }
}
