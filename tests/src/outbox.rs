//! The table's stream, behind which events are announced: waiting until it is worked off.

use std::time::Duration;

use serde_json::Value;
use tokio::time::{interval, sleep, timeout};

use crate::{Api, target};

const LOOK_EVERY: Duration = Duration::from_millis(2);
/// Generous: it only bounds a failure.
const WORKED_OFF_WITHIN: Duration = Duration::from_secs(20);
/// Nobody shows how far a deployment elsewhere has got. An emulator polls about once a second.
const ELSEWHERE: Duration = Duration::from_secs(3);

impl Api {
    /// Waits until everything is announced that the answers so far have brought about.
    pub async fn quiet(&self) {
        if target::is_elsewhere() {
            return sleep(ELSEWHERE).await;
        }
        let at_once = |mapping: &Value| mapping["windowSeconds"] == 0;
        self.worked_off(at_once, WORKED_OFF_WITHIN).await;
    }

    /// The same for what is looked after only some seconds later: messages whose broadcast was left
    /// undone, sockets whose handshake may have failed. Of an edge only.
    pub async fn settled(&self, limit: Duration) {
        self.worked_off(|_| true, limit).await;
    }

    async fn worked_off(&self, counts: impl Fn(&Value) -> bool, limit: Duration) {
        let waiting = async {
            let mut looks = interval(LOOK_EVERY);
            loop {
                looks.tick().await;
                let mappings = self.get("/_edge/event-sources").await.expect(200);
                let mappings = mappings.as_array().expect("a list of mappings");
                if mappings.iter().filter(|of| counts(of)).all(|of| of["isUpToDate"] == true) {
                    return;
                }
            }
        };
        let worked_off = timeout(limit, waiting).await;
        assert!(worked_off.is_ok(), "the stream is not worked off within {limit:?}");
    }
}
