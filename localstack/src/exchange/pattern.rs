//! Patterns of path behaviours and CORS origins: `*` is any run of characters, `?` is one.

use wildmatch::WildMatch;

/// Whether the whole text matches the pattern. Upper and lower case differ.
pub fn matches(pattern: &str, text: &str) -> bool {
    WildMatch::new(pattern).matches(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_are_runs_and_question_marks_single_characters() {
        for (pattern, text, expected) in [
            ("*", "", true),
            ("*", "/anything", true),
            ("/api/*", "/api/", true),
            ("/api/*", "/api", false),
            ("/ws/chat/*", "/ws/chat/1", true),
            ("/chat", "/chat", true),
            ("/chat", "/chats", false),
            ("/a?c", "/abc", true),
            ("/a?c", "/ac", false),
            ("*.jpg", "/x/y.jpg", true),
            ("/a*b*c", "/a-b-b-c", true),
            ("/a*b*c", "/a-c-b", false),
        ] {
            assert_eq!(matches(pattern, text), expected, "{pattern} {text}");
        }
    }
}
