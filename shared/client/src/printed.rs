//! Events as lines. What others wrote must not steer the terminal that it is printed on.

use client::Message;
use jiff::Timestamp;
use serde_json::{Value, json};

/// The event that a socket would have brought.
pub fn event(Message { author, data, .. }: &Message) -> Value {
    let room = &data["chat_room_id"];
    json!({ "type": "message", "room_id": room, "user_id": author, "data": data })
}

/// The event as JSON.
pub fn json(event: &Value) -> String {
    inert(&event.to_string(), |c| format!("\\u{:04x}", u32::from(c)))
}

/// When, what, who and, of a message, its text. `now` is for events that do not say when.
pub fn line(event: &Value, now: Timestamp) -> String {
    let data = &event["data"];
    let now = now.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    let at = data["created_at"].as_str().filter(|_| event["type"] == "message").unwrap_or(&now);
    let kind = event["type"].as_str().unwrap_or_default();
    let name = data["user"]["name"].as_str().unwrap_or("user");
    let mut line = format!("{at} {kind:<14} {name} {}", event["user_id"]);
    let words = [&event["message"], &data["message"], &data["file_url"]];
    for words in words.into_iter().filter_map(Value::as_str).filter(|words| !words.is_empty()) {
        line += ": ";
        line += words;
    }
    inert(&line, |c| c.escape_default().to_string())
}

/// The text with nothing in it that a terminal obeys.
fn inert(text: &str, escape: impl Fn(char) -> String) -> String {
    let shown = |c| if is_obeyed(c) { escape(c) } else { String::from(c) };
    text.chars().map(shown).collect()
}

/// Control characters, with which escape sequences begin, and what ends a line or turns its direction.
fn is_obeyed(c: char) -> bool {
    let turns = ['\u{200e}', '\u{200f}'].contains(&c) || ('\u{2028}'..='\u{202e}').contains(&c);
    c.is_control() || turns || ('\u{2066}'..='\u{2069}').contains(&c)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(text: &str) -> Value {
        let data = json!({
            "id": 15, "chat_room_id": 1, "user_id": 2, "message": text, "file_url": null,
            "created_at": "2024-11-13T16:30:00Z", "user": { "id": 2, "name": "김철수" },
        });
        event(&Message::read(&data).expect("a message"))
    }

    #[test]
    fn a_line_says_when_what_who_and_the_text() {
        let now = Timestamp::from_second(1_000_000_000).expect("a time");
        let online = json!({ "type": "member_online", "room_id": 1, "user_id": 4, "data": {} });
        for (event, expected) in [
            (message("안녕하세요!"), "2024-11-13T16:30:00Z message        김철수 2: 안녕하세요!"),
            (online, "2001-09-09T01:46:40Z member_online  user 4"),
        ] {
            assert_eq!(line(&event, now), expected);
        }
    }

    #[test]
    fn nothing_in_a_text_steers_the_terminal() {
        let hostile = message("\x1b]0;title\x07\x1b[2J\u{9b}31m\r\n\u{202e}txt\u{7f}");
        let printed = line(&hostile, Timestamp::UNIX_EPOCH);
        let inert = r"\u{1b}]0;title\u{7}\u{1b}[2J\u{9b}31m\r\n\u{202e}txt\u{7f}";
        assert_eq!(printed, format!("2024-11-13T16:30:00Z message        김철수 2: {inert}"));

        let json = json(&hostile);
        assert!(!json.contains(is_obeyed), "{json}");
        assert_eq!(serde_json::from_str::<Value>(&json).expect("JSON"), hostile);
    }
}
