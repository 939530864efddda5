//! `USER#u / PROFILE`.

use futures_util::future::join_all;
use shared::domain::{Name, Profile};

use crate::world::{Chat, profile, user};

#[tokio::test]
async fn a_profile_comes_back_as_it_was_put() {
    let chat = Chat::start().await;
    let bare = Profile { email: None, ..profile(2) };
    for profile in [profile(1), bare] {
        chat.put_profile(&profile).await.unwrap();
        assert_eq!(chat.profile(profile.id).await.unwrap(), Some(profile));
    }
    assert_eq!(chat.profile(user(3)).await.unwrap(), None);
}

#[tokio::test]
async fn putting_a_profile_again_replaces_it() {
    let chat = Chat::start().await;
    chat.put_profile(&profile(1)).await.unwrap();
    let renamed = Profile { name: Name::try_from("이영희".to_owned()).unwrap(), ..profile(1) };
    let renamed = Profile { email: None, ..renamed };

    chat.put_profile(&renamed).await.unwrap();

    assert_eq!(chat.profile(user(1)).await.unwrap(), Some(renamed));
}

#[tokio::test]
async fn more_profiles_than_one_batch_holds_are_read_at_once() {
    let chat = Chat::start().await;
    let known: Vec<Profile> = (1..=130).map(profile).collect();
    join_all(known.iter().map(async |profile| chat.put_profile(profile).await.unwrap())).await;
    let asked: Vec<_> = (1..=250).map(user).collect();

    let found = chat.profiles(&asked).await.unwrap();

    assert_eq!(found.len(), known.len());
    for profile in known {
        assert_eq!(found.get(&profile.id), Some(&profile));
    }
}

#[tokio::test]
async fn nobody_has_no_profiles() {
    let chat = Chat::start().await;
    assert!(chat.profiles(&[]).await.unwrap().is_empty());
    assert!(chat.profiles(&[user(1)]).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_user_asked_for_twice_is_found_once() {
    let chat = Chat::start().await;
    chat.put_profile(&profile(1)).await.unwrap();

    let found = chat.profiles(&[user(1), user(1)]).await.unwrap();

    assert_eq!(found.into_keys().collect::<Vec<_>>(), [user(1)]);
}
