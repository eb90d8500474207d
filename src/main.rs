//! The `truyvet` program: hands its arguments to the command line and its logs to standard error.

use std::process::ExitCode;

use tracing_subscriber::EnvFilter;

fn main() -> ExitCode {
    // A reading process is not for people: nothing of the command line runs in it.
    if std::env::args_os().nth(1).is_some_and(|command| command == truyvet::media::WORKER_COMMAND) {
        return truyvet::media::worker_main();
    }
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_env_filter(EnvFilter::try_from_env("TRUYVET_LOG").unwrap_or_else(|_| EnvFilter::new("warn")))
        .init();
    truyvet::cli::run(std::env::args_os())
}
