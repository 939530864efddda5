//! Credentials are asked for when they are needed, and not for each post.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, SystemTime},
};

use aws_credential_types::{
    Credentials,
    provider::{ProvideCredentials, error::CredentialsError, future},
};
use aws_smithy_async::time::{SharedTimeSource, TimeSource};
use futures_util::future::join_all;
use shared::broadcast::{Delivery, Management};

use crate::{
    scene::{SECRET, connector, failure, patient, post, sdk},
    stage::{Stage, Turn},
};

const HOUR: Duration = Duration::from_hours(1);
const START: SystemTime = SystemTime::UNIX_EPOCH;

/// Hands out credentials that last an hour, and numbers them.
#[derive(Debug, Clone, Default)]
struct Hourly {
    calls: Arc<AtomicUsize>,
    clock: Clock,
}

/// A clock that a test moves, in seconds.
#[derive(Debug, Clone, Default)]
struct Clock(Arc<AtomicUsize>);

impl TimeSource for Clock {
    fn now(&self) -> SystemTime {
        START + Duration::from_secs(self.0.load(Ordering::Relaxed) as u64)
    }
}

impl ProvideCredentials for Hourly {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(async {
            // Others come while these are on their way.
            tokio::task::yield_now().await;
            let key = format!("KEY{}", self.calls.fetch_add(1, Ordering::Relaxed) + 1);
            let expiry = Some(self.clock.now() + HOUR);
            Ok(Credentials::new(key, SECRET, None, expiry, "a test"))
        })
    }
}

impl Hourly {
    fn management(&self, stage: &Stage) -> Management {
        let mut config = sdk(self.clone()).into_builder();
        config.set_time_source(Some(SharedTimeSource::new(self.clock.clone())));
        Management::new(&config.build(), connector(), &stage.endpoint, patient())
    }
}

#[tokio::test]
async fn credentials_are_asked_for_again_before_they_expire() {
    let (stage, hourly) = (Stage::start(&[Turn::DONE]).await, Hourly::default());
    let management = hourly.management(&stage);
    for seconds in [0, 3_589, 3_590, 3_700] {
        hourly.clock.0.store(seconds, Ordering::Relaxed);
        assert_eq!(post(&management).await, Delivery::Delivered);
    }

    let requests = stage.requests();
    let authorizations = requests.iter().map(|request| &request.headers["authorization"]);
    for (authorization, key) in authorizations.zip(["KEY1", "KEY1", "KEY2", "KEY2"]) {
        assert!(authorization.contains(&format!("Credential={key}/")), "{authorization}");
    }
    assert_eq!(hourly.calls.load(Ordering::Relaxed), 2);
}

#[tokio::test]
async fn posts_side_by_side_wait_for_the_same_credentials() {
    let (stage, hourly) = (Stage::start(&[Turn::DONE]).await, Hourly::default());
    let management = hourly.management(&stage);

    let deliveries = join_all((0..64).map(|_| post(&management))).await;

    assert!(deliveries.iter().all(|delivery| *delivery == Delivery::Delivered));
    assert_eq!(hourly.calls.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn without_credentials_nothing_is_posted() {
    #[derive(Debug)]
    struct Refusing;

    impl ProvideCredentials for Refusing {
        fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
        where
            Self: 'a,
        {
            let refused = CredentialsError::provider_error("the role is no more");
            future::ProvideCredentials::ready(Err(refused))
        }
    }

    let stage = Stage::start(&[Turn::DONE]).await;
    let management = Management::new(&sdk(Refusing), connector(), &stage.endpoint, patient());

    let text = failure(post(&management).await);

    assert!(text.contains("no credentials") && text.contains("the role is no more"), "{text}");
    assert_eq!(stage.accepted(), 0);
}
