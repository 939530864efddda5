//! The end of the program: Ctrl-C and SIGTERM, the first time gently and the second at once.

use std::{io, process};

use tokio::{
    signal::unix::{Signal, SignalKind, signal},
    sync::watch,
};

/// What shells report for a program that Ctrl-C ended: 128 and the number of SIGINT.
const INTERRUPTED: i32 = 130;

/// Resolves when the program is asked to end. Asked a second time, the program ends at once.
#[derive(Debug)]
pub struct Stop {
    asked: watch::Receiver<bool>,
}

impl Stop {
    /// From now on signals do not end the program by themselves.
    pub fn on_signals() -> io::Result<Self> {
        let mut interrupt = signal(SignalKind::interrupt())?;
        let mut terminate = signal(SignalKind::terminate())?;
        let (sender, asked) = watch::channel(false);
        tokio::spawn(async move {
            next(&mut interrupt, &mut terminate).await;
            sender.send_replace(true);
            next(&mut interrupt, &mut terminate).await;
            process::exit(INTERRUPTED);
        });
        Ok(Self { asked })
    }

    /// Waits for the first signal, which may have been there already.
    pub async fn wait(&mut self) {
        // The sender lives as long as the program.
        let _ = self.asked.wait_for(|asked| *asked).await;
    }

    /// Does this work, or leaves it where it is at the first signal.
    pub async fn unless_stopped(&mut self, work: impl Future<Output = ()>) {
        tokio::select! {
            () = work => {}
            () = self.wait() => {}
        }
    }
}

async fn next(interrupt: &mut Signal, terminate: &mut Signal) {
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
}
