//! The command line: one subcommand a file. Here is what they share: the global options, the language, the exit codes.

mod ask;
mod audit;
mod backup;
mod check;
mod clock;
mod context;
mod estimate;
mod frame;
mod hands;
mod help;
mod help_door;
mod help_places;
mod help_trace;
mod index;
mod layout;
mod nightly;
mod parse;
mod places;
mod print;
mod progress;
mod quarantine;
mod reload;
mod restore;
mod roads;
mod search;
mod serve;
mod show;
mod spot;
mod status;
mod strip;
mod tls;
mod token;
mod trace;
mod trace_args;
mod trace_tell;
mod user;
mod values;

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{ArgMatches, CommandFactory, FromArgMatches, Parser, Subcommand};

use crate::base::say::plain;
use crate::base::{Error, Kind, Lang, Result, ResultExt};

/// The whole command line. Help texts are in `help.rs`, in both languages.
#[derive(Debug, Parser)]
#[command(name = "truyvet", version, disable_help_subcommand = true)]
struct Cli {
    /// The site file.
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// `vi` or `en`; read before the rest, so that errors are in it too.
    #[arg(long, global = true, value_name = "vi|en", value_parser = ["vi", "en"])]
    lang: Option<String>,
    /// The case or reason for which footage is looked at.
    #[arg(long, global = true, value_name = "TEXT")]
    purpose: Option<String>,
    /// That it is looked at without a case, at once, to be reviewed.
    #[arg(long, global = true)]
    emergency: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Index(index::Args),
    Search(search::Args),
    Ask(ask::Args),
    Parse(parse::Args),
    Places(places::Args),
    Roads(roads::Args),
    Trace(trace::Args),
    Show(show::Args),
    Frame(frame::Args),
    Status(status::Args),
    Nightly(nightly::Args),
    Check(check::Args),
    Clock(clock::Args),
    Serve(serve::Args),
    Reload(reload::Args),
    Quarantine(quarantine::Args),
    Layout(layout::Args),
    Backup(backup::Args),
    Restore(restore::Args),
    User(user::Args),
    Token(token::Args),
    Audit(audit::Args),
    Tls(tls::Args),
}

/// How a command ended when it did not fail. The codes are documented in the README.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ending {
    /// 0: done.
    Done,
    /// 1: it ran, and what it looked at is not as it should be.
    Wrong,
    /// 3: done, and some files are in quarantine.
    Quarantined,
}

/// What every command is told.
struct Globals {
    config: Option<PathBuf>,
    lang: Lang,
    /// Why footage is looked at, where that was said.
    purpose: Option<String>,
    emergency: bool,
}

/// Runs a command line (its first word is the program's name).
pub fn run(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    let args: Vec<OsString> = args.into_iter().collect();
    let lang = help::language(&args);
    let matches = match help::localized(Cli::command(), lang).try_get_matches_from(&args) {
        Ok(matches) => matches,
        Err(error) => return help::usage(&error, lang),
    };
    let cli = match read(&matches) {
        Ok(cli) => cli,
        Err(error) => return failed(&error, lang),
    };
    let purpose = match purpose(cli.purpose.as_deref()) {
        Ok(purpose) => purpose,
        Err(error) => return failed(&error, lang),
    };
    let globals = Globals { config: cli.config, lang, purpose, emergency: cli.emergency };
    match dispatch(&globals, cli.command) {
        Ok(Ending::Done) => ExitCode::SUCCESS,
        Ok(Ending::Wrong) => ExitCode::from(1),
        Ok(Ending::Quarantined) => ExitCode::from(3),
        Err(error) => {
            let code = failed(&error, lang);
            if error.kind() == Kind::State
                && let Some(said) = context::advice(&globals)
            {
                print::remedy(said.in_lang(lang), lang);
            }
            code
        }
    }
}

fn read(matches: &ArgMatches) -> Result<Cli> {
    Cli::from_arg_matches(matches)
        .or_say(Kind::Usage, || crate::say!("dòng lệnh không đúng", "the command line is wrong"))
}

/// The purpose as told: one that says nothing is none.
fn purpose(told: Option<&str>) -> Result<Option<String>> {
    let purpose = plain("--purpose", told)?;
    if told.is_some() && purpose.is_none() {
        return Err(Error::new(
            Kind::Usage,
            crate::say!(
                "--purpose để trống: ghi số vụ việc hoặc lý do, hoặc dùng --emergency",
                "--purpose is blank: give a case number or a reason, or use --emergency"
            ),
        ));
    }
    Ok(purpose)
}

fn failed(error: &Error, lang: Lang) -> ExitCode {
    tracing::debug!(?error, "the command failed");
    print::error(error, lang);
    ExitCode::from(error.kind().exit_code())
}

fn dispatch(globals: &Globals, command: Command) -> Result<Ending> {
    match command {
        Command::Index(args) => index::run(globals, &args),
        Command::Search(args) => search::run(globals, &args),
        Command::Ask(args) => ask::run(globals, &args),
        Command::Parse(args) => parse::run(globals, &args),
        Command::Places(args) => places::run(globals, &args),
        Command::Roads(args) => roads::run(globals, &args),
        Command::Trace(args) => trace::run(globals, &args),
        Command::Show(args) => show::run(globals, &args),
        Command::Frame(args) => frame::run(globals, &args),
        Command::Status(args) => status::run(globals, &args),
        Command::Nightly(args) => nightly::run(globals, &args),
        Command::Serve(args) => serve::run(globals, &args),
        Command::Reload(args) => reload::run(globals, &args),
        Command::Check(args) => check::run(globals, &args),
        Command::Clock(args) => clock::run(globals, &args),
        Command::Quarantine(args) => quarantine::run(globals, &args),
        Command::Layout(args) => layout::run(globals, &args),
        Command::Backup(args) => backup::run(globals, &args),
        Command::Restore(args) => restore::run(globals, &args),
        Command::User(args) => user::run(globals, &args),
        Command::Token(args) => token::run(globals, &args),
        Command::Audit(args) => audit::run(globals, &args),
        Command::Tls(args) => tls::run(globals, &args),
    }
}
