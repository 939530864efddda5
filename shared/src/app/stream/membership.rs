//! Members who came, left, or read.

use jiff::Timestamp;

use super::{super::sockets::PATIENCE, App};
use crate::{
    broadcast::Audience,
    causes::with_causes,
    domain::{Event, Member, ReadMark, Role, RoomId, UserId},
    store::StoreError,
};

impl App {
    /// Finishes what the request may have left undone, and announces the member.
    pub(super) async fn member_added(
        &self,
        member: Member,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let (room, user) = (member.room_id, member.user_id);
        self.subscribe_open_sockets(&member, now).await?;
        // Who has just created the room is alone there.
        if member.role == Role::Owner {
            return Ok(());
        }
        let Some(profile) = self.store.profile(user).await? else { return Ok(()) };
        let joined = Event::MemberJoin { member, profile };
        self.broadcaster.broadcast(joined, now, Audience::Everybody).await?;
        // A client shows a new member as offline. The member may be online since before: a presence
        // whose record came earlier, or one that outlived a removal, has no record to come.
        self.announce_presence(room, user, Some(false), Audience::Everybody, now).await
    }

    /// Finishes what the request may have left undone, and announces who left.
    pub(super) async fn member_removed(
        &self,
        room: RoomId,
        user: UserId,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let sockets = self.end_subscriptions(room, user, now).await?;
        // First: sockets that do not read take a second to be closed.
        self.broadcaster
            .broadcast(Event::MemberLeave { room, user }, now, Audience::Everybody)
            .await?;
        if let Err(error) = self.broadcaster.close(sockets, PATIENCE, now).await {
            let error = with_causes(&error);
            tracing::warn!(room.id = %room, error, "a removed member's socket stays open");
        }
        Ok(())
    }

    pub(super) async fn member_read(
        &self,
        mark: ReadMark,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let ReadMark { room_id: room, user_id: user, message_id, at } = mark;
        let read = Event::Read { room, user, last_read_message_id: message_id, at };
        self.broadcaster.broadcast(read, now, Audience::Everybody).await
    }
}
