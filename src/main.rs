//! The `truyvet` program.

use std::process::ExitCode;

fn main() -> ExitCode {
    if std::env::args_os().nth(1).is_some_and(|command| command == truyvet::media::WORKER_COMMAND) {
        return truyvet::media::worker_main();
    }
    ExitCode::SUCCESS
}
