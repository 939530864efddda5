//! Which part of a list is asked for.

use std::{cmp::Reverse, fmt, str::FromStr};

use jiff::Timestamp;

use super::{Member, Room, RoomId};

/// How many entries a page has: 1 to 200, 50 unless asked otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit(usize);

/// Why a parameter of a list is not usable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidPage {
    /// Not a page size.
    #[error("must be a number from 1 to 200")]
    Limit,
    /// Not a message id, and not 0.
    #[error("must be 0 or the id of a message")]
    Mark,
    /// Not what an earlier page gave.
    #[error("must be the next_cursor of an earlier page")]
    Cursor,
}

impl Limit {
    /// The number of entries.
    #[must_use]
    pub fn get(self) -> usize {
        self.0
    }
}

impl Default for Limit {
    fn default() -> Self {
        Self(50)
    }
}

impl FromStr for Limit {
    type Err = InvalidPage;

    fn from_str(text: &str) -> Result<Self, InvalidPage> {
        let limit = digits(text).ok_or(InvalidPage::Limit)?;
        usize::try_from(limit)
            .ok()
            .filter(|limit| (1..=200).contains(limit))
            .map(Self)
            .ok_or(InvalidPage::Limit)
    }
}

/// A place in a room's sequence: after no message, or after this one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mark(u64);

impl Mark {
    /// The id of the message, 0 for none.
    #[must_use]
    pub fn get(self) -> u64 {
        self.0
    }
}

impl FromStr for Mark {
    type Err = InvalidPage;

    fn from_str(text: &str) -> Result<Self, InvalidPage> {
        digits(text).filter(|mark| *mark < 1 << 53).map(Self).ok_or(InvalidPage::Mark)
    }
}

/// Where the next page of a user's rooms begins: after the room with this activity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct RoomCursor {
    /// When something was last sent there, or when it was created.
    pub active_at: Timestamp,
    /// The room, between those active in the same millisecond.
    pub room: RoomId,
}

impl RoomCursor {
    /// Where a room stands in the order of activity.
    #[must_use]
    pub fn of(room: &Room) -> Self {
        // Whole milliseconds, as the text has them.
        let millis = room.active_at().as_millisecond();
        let active_at = Timestamp::from_millisecond(millis).unwrap_or_else(|_| room.active_at());
        Self { active_at, room: room.id }
    }
}

impl FromStr for RoomCursor {
    type Err = InvalidPage;

    fn from_str(text: &str) -> Result<Self, InvalidPage> {
        let (millis, room) = text.split_once('-').ok_or(InvalidPage::Cursor)?;
        let millis = digits(millis).and_then(|millis| i64::try_from(millis).ok());
        let active_at = millis.and_then(|millis| Timestamp::from_millisecond(millis).ok());
        let active_at = active_at.ok_or(InvalidPage::Cursor)?;
        Ok(Self { active_at, room: room.parse().map_err(|_| InvalidPage::Cursor)? })
    }
}

impl fmt::Display for RoomCursor {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}-{}", self.active_at.as_millisecond(), self.room)
    }
}

/// A user's rooms after the cursor, the most recently active first: at most `limit` of them, and
/// whether there are more.
#[must_use]
pub fn most_recent(
    mut rooms: Vec<(Room, Member)>,
    cursor: Option<RoomCursor>,
    limit: Limit,
) -> (Vec<(Room, Member)>, bool) {
    rooms.retain(|(room, _)| cursor.is_none_or(|cursor| RoomCursor::of(room) < cursor));
    rooms.sort_by_key(|(room, _)| Reverse(RoomCursor::of(room)));
    let has_more = rooms.len() > limit.get();
    rooms.truncate(limit.get());
    (rooms, has_more)
}

fn digits(text: &str) -> Option<u64> {
    let plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_numbers_within_bounds() {
        assert_eq!("200".parse::<Limit>().map(Limit::get), Ok(200));
        for text in ["0", "201", "", "-1", "ten", "1.5", "99999999999999999999"] {
            assert_eq!(text.parse::<Limit>(), Err(InvalidPage::Limit), "{text}");
        }
        assert_eq!("0".parse::<Mark>().map(Mark::get), Ok(0));
        assert_eq!("-1".parse::<Mark>(), Err(InvalidPage::Mark));
    }

    #[test]
    fn a_cursor_comes_back_as_it_was_given() {
        let cursor: RoomCursor = "1731515400123-7".parse().unwrap();
        assert_eq!(cursor.to_string(), "1731515400123-7");
        for text in ["", "7", "x-7", "1-0", "1-x", "99999999999999999999-1"] {
            assert_eq!(text.parse::<RoomCursor>(), Err(InvalidPage::Cursor), "{text}");
        }
    }
}
