//! Parameters of paths, queries and headers.

use std::{
    fmt::{Debug, Display},
    str::FromStr,
};

use proptest::{prelude::*, test_runner::TestCaseError};
use shared::{
    domain::{InvalidId, Limit, Mark, MessageId, Origins, RoomId, SendKey, TicketId, UserId},
    error::Error,
};

use crate::{often, senders_mistake};

/// Digits with what people and attackers put around them, cursors, UUIDs, and anything else.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[-+ 0-9.e]{0,24}",
        "[0-9]{0,20}-[0-9]{0,20}",
        "[0-9a-fA-F{}-]{30,40}",
        any::<String>()
    ]
}

/// What is an id is written in one way only: two spellings of one would be two keys of one thing.
fn id<T: FromStr<Err = InvalidId> + Display>(text: &str) -> Result<(), TestCaseError> {
    match text.parse::<T>() {
        Ok(id) => {
            prop_assert_eq!(id.to_string(), text);
            Ok(())
        }
        Err(problem) => senders_mistake(Error::Path { name: "roomId", problem }),
    }
}

fn parameter<T: FromStr<Err: Display> + Debug>(text: &str) -> Result<Option<T>, TestCaseError> {
    match text.parse() {
        Ok(value) => Ok(Some(value)),
        Err(problem) => {
            let problem = T::Err::to_string(&problem);
            senders_mistake(Error::Parameter { name: "cursor", problem }).map(|()| None)
        }
    }
}

proptest! {
    #![proptest_config(often())]

    #[test]
    fn any_id(text in text()) {
        id::<UserId>(&text)?;
        id::<RoomId>(&text)?;
        id::<MessageId>(&text)?;
    }

    #[test]
    fn any_ticket(text in text()) {
        if let Ok(ticket) = text.parse::<TicketId>() {
            prop_assert_eq!(ticket.to_string(), text);
        }
    }

    #[test]
    fn any_parameter_of_a_list(text in text()) {
        parameter::<Limit>(&text)?;
        parameter::<Mark>(&text)?;
        parameter::<SendKey>(&text)?;
        parameter::<RoomId>(&text)?;
    }

    #[test]
    fn a_cursor_leads_to_where_it_was_made(room in 1_u64..1 << 53) {
        let text = room.to_string();
        let cursor = parameter::<RoomId>(&text)?;
        prop_assert_eq!(cursor.map(|cursor| cursor.to_string()), Some(text));
    }

    #[test]
    fn any_list_of_origins(list in any::<String>(), origin in any::<String>()) {
        if let Ok(origins) = list.parse::<Origins>() {
            let _ = origins.admit(Some(&origin));
            prop_assert!(origins.admit(None).is_ok(), "native apps send none");
        }
    }

    #[test]
    fn no_origin_is_admitted_but_those_that_are_listed(
        scheme in "(https?|ftp|wss|HTTPS)?(://|:/)?",
        label in r"([-a-z.:@/#%?\\]{0,12}|app\.|[a-z]{0,2}\.chat\.)",
        domain in r"(app\.)?(example|evil)\.com(:[0-9]{0,5}|/|\.evil\.com|@evil\.com)?",
    ) {
        let origin = format!("{scheme}{label}{domain}");
        let origins: Origins = "https://app.example.com, https://*.chat.example.com".parse().unwrap();
        if origins.admit(Some(&origin)).is_ok() {
            let host = origin.to_ascii_lowercase();
            let host = host.strip_prefix("https://").unwrap_or_default();
            let is_below = host.strip_suffix(".chat.example.com").is_some_and(|label| {
                !label.is_empty() && !label.contains(['/', '@', '#', '?', '\\', '%'])
            });
            prop_assert!(host == "app.example.com" || is_below, "{origin}");
        }
    }
}
