//! The same functions on the emulator, which is AWS as one Python program plays it.

use std::{
    process::{Command, Stdio},
    sync::Arc,
    time::Duration,
};

use serde_json::Value;
use tests::{Api, Room, User, binaries};
use tokio::time::sleep;

use crate::{crowd::Audience, report::figure};

/// It takes a second for so many.
pub const LARGEST: usize = 100;
/// Its streams are polled once a second: until then the crowd's coming is announced.
const ANNOUNCED: Duration = Duration::from_secs(5);

/// An emulator with the chat on it, stopped with this.
pub struct Emulator(Api);

/// A room there, whose members have a socket each.
pub struct Crowd {
    room: Room,
    owner: User,
    pub audience: Arc<Audience>,
}

impl Emulator {
    /// Deploys the chat; none where that does not work.
    pub fn start() -> Option<Self> {
        let up = script("up")
            .args(["--json", "--no-demo", "--functions"])
            .arg(binaries::directory())
            .output();
        let urls = up.ok().filter(|output| output.status.success()).and_then(|output| {
            let text = String::from_utf8(output.stdout).ok()?;
            serde_json::from_str::<Value>(text.lines().last()?).ok()
        });
        let Some(urls) = urls else {
            figure("the emulator", "left out: ./localstack/up says why");
            return None;
        };
        let url = |name: &str| urls[name].as_str().map(str::to_owned);
        Some(Self(Api::of_stage(url("http")?, url("webSocket")?)))
    }

    /// One after the other: it answers who comes beside somebody with 503 at times.
    pub async fn gather(&self, size: usize) -> Crowd {
        let owner = User::create(&self.0).await;
        let room = Room::create(&self.0, &owner).await;
        let mut sockets = vec![room.connect_at_once(&owner).await.unchecked()];
        for _ in 1..size {
            let member = User::create(&self.0).await;
            room.add(&member).await.expect(201);
            sockets.push(room.connect_at_once(&member).await.unchecked());
        }
        sleep(ANNOUNCED).await;
        Crowd { room, owner, audience: Audience::of(sockets) }
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        // Nothing is left to do when even this fails.
        let _ = script("down").status();
    }
}

impl Crowd {
    pub async fn send(&self, text: &str) {
        self.room.send(&self.owner, text).await;
    }
}

/// `./localstack/up` or `down`, for an emulator of the bench's own.
fn script(name: &str) -> Command {
    let mut command = Command::new(binaries::workspace().join("localstack").join(name));
    command.envs([("EMULATOR_PORT", "4597"), ("EMULATOR_STATE", "bench-emulator")]);
    command.stderr(Stdio::null());
    command
}
