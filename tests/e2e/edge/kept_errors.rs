//! CloudFront keeps errors by their path alone, and the distributions here tell it not to.

use std::fs;

use tests::{Room, Stack, binaries::workspace, deadline::eventually};

use super::changed_template::{changed_template, scratch};

#[tokio::test]
async fn a_room_that_was_not_there_is_found_as_soon_as_it_is() {
    let stack = Stack::start().await;
    assert_eq!(first_seen_missing(&stack).await, 200);
}

#[tokio::test]
async fn without_the_templates_word_for_it_a_missing_room_stays_missing_for_everybody() {
    let text = fs::read_to_string(workspace().join("infra/template.yaml")).expect("the template");
    let (mut kept, mut skips) = (String::new(), false);
    for line in text.lines() {
        let is_entry = line.trim_start().starts_with("- { ErrorCode:");
        skips = line.trim() == "CustomErrorResponses:" || (skips && is_entry);
        if !skips {
            kept += line;
            kept.push('\n');
        }
    }
    assert!(!kept.contains("ErrorCachingMinTTL"), "all of it is left out");
    // The functions' sources are named relative to the template.
    let file = scratch().join("template.yaml");
    fs::write(&file, kept).expect("a writable file");
    let arguments = ["--template".as_ref(), file.as_os_str()];
    let stack = Stack::with().args(arguments).start().await;
    assert_eq!(first_seen_missing(&stack).await, 404);
}

/// The status of a room that somebody had asked for before it was created.
async fn first_seen_missing(stack: &Stack) -> u16 {
    let [ada] = stack.users().await;
    let path = "/api/v1/chat/rooms/1";
    assert_eq!(stack.get(&format!("{path}?user_id={}", ada.id)).await.status, 404);
    let room = Room::create(stack, &ada).await;
    assert_eq!(room.path(""), path);
    stack.get(&format!("{path}?user_id={}", ada.id)).await.status
}

#[tokio::test]
async fn an_error_is_kept_by_its_path_for_the_time_of_the_template() {
    let stack = changed_template("kept.yaml", "ErrorCachingMinTTL: 0", "ErrorCachingMinTTL: 1");
    let stack = stack.start().await;
    let missing = stack.get("/nothing/here").await;
    assert_eq!((missing.status, missing.headers.get("x-cache")), (404, None));

    let kept = stack.get("/nothing/here?of=somebody+else").await;
    assert_eq!(kept.status, 404);
    assert_eq!(kept.headers["x-cache"], "Error from cloudfront");
    assert_eq!(stack.get("/nothing/there").await.headers.get("x-cache"), None);
    assert_eq!(stack.post_text("/nothing/here", "").await.headers.get("x-cache"), None);

    eventually("the origin's own answer", async || {
        let asked = stack.get("/nothing/here").await;
        asked.headers.get("x-cache").is_none().then_some(())
    })
    .await;
}
