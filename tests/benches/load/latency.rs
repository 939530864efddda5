//! One message after another in a small room.

use std::time::Instant;

use tests::Stack;

use crate::{
    report::{distribution, figure},
    size,
};

const WARM_UP: usize = 200;
const SENDS: usize = 2_000;

/// Measures a warm POST, and how long until the other member has the message.
pub async fn measure() {
    let stack = Stack::start().await;
    let [ada, bob] = stack.users().await;
    let room = stack.room(&[&ada, &bob]).await;
    let mut sockets = [room.connect(&ada).await, room.connect(&bob).await];
    sockets[0].next().await;

    let mut answered = Vec::with_capacity(SENDS);
    let mut delivered = Vec::with_capacity(SENDS);
    for round in 0..WARM_UP + SENDS {
        let started = Instant::now();
        let receive = async {
            for socket in &mut sockets {
                socket.next().await;
            }
            started.elapsed()
        };
        let send = async {
            room.send(&ada, "how long does this take?").await;
            started.elapsed()
        };
        let (answer, delivery) = futures_util::future::join(send, receive).await;
        if round >= WARM_UP {
            answered.push(answer);
            delivered.push(delivery);
        }
    }
    distribution("POST to its answer", answered);
    distribution("POST to the delivery to both", delivered);
    figure("resident memory", size::resident(&stack));
}
