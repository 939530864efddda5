//! `cargo run --release -- tail` and `-- send`: a room of the chat on the command line.

mod cli;
mod commands;
mod printed;

use std::{
    io::{self, Write},
    process::ExitCode,
};

use clap::Parser;

use cli::{Cli, Command};
use commands::Failure;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let (place, outcome) = match Cli::parse().command {
        Command::Tail(tail) => (tail.place.clone(), commands::tail(tail).await),
        Command::Send(send) => (send.place.clone(), commands::send(send).await),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        // Whoever reads the other end, such as `head`, has seen enough.
        Err(Failure::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => {
            ExitCode::SUCCESS
        }
        Err(failure) => {
            // With stderr closed nobody reads it.
            let _ = writeln!(io::stderr(), "error: {}", failure.explained(&place));
            ExitCode::FAILURE
        }
    }
}
