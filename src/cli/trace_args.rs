//! The options of `truyvet trace`.

use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser};

use crate::model::{Confidence, Mover};

#[derive(Debug, clap::Subcommand)]
pub(super) enum What {
    Start(StartArgs),
    Next(NextArgs),
    Before(NextArgs),
    Seen(SeenArgs),
    NotSeen(NotSeenArgs),
    CannotSay(AnswerArgs),
    Gap(AnswerArgs),
    Undo(UndoArgs),
    Show(ShowArgs),
    List(ListArgs),
    Export(ExportArgs),
}

#[derive(Debug, clap::Args)]
pub(super) struct StartArgs {
    #[command(flatten)]
    pub(super) sighting: SightingArgs,
    #[arg(long, value_name = "KIND", value_parser = mover())]
    pub(super) kind: Mover,
    #[arg(long, value_name = "TEXT", default_value = "")]
    pub(super) title: String,
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Debug, clap::Args)]
pub(super) struct SightingArgs {
    #[arg(value_name = "CAMERA")]
    pub(super) camera: String,
    #[arg(long, value_name = "TIME", required_unless_present = "shown", conflicts_with = "shown")]
    pub(super) at: Option<String>,
    #[arg(long, value_name = "TIME")]
    pub(super) shown: Option<String>,
    #[arg(long, value_name = "LENGTH", default_value = "2s")]
    pub(super) within: String,
    #[arg(long, value_name = "DEGREES", value_parser = degrees)]
    pub(super) leaving: Option<f64>,
    #[arg(long, value_name = "DEGREES", value_parser = degrees)]
    pub(super) arriving: Option<f64>,
    #[arg(long, value_name = "WORD", value_parser = confidence())]
    pub(super) confidence: Option<Confidence>,
    #[arg(long, value_name = "TEXT")]
    pub(super) note: Option<String>,
    #[arg(long, value_name = "RECORDING@PTS_US")]
    pub(super) still: Option<String>,
    #[arg(long, value_name = "WHY")]
    pub(super) despite: Option<String>,
}

#[derive(Debug, clap::Args)]
pub(super) struct NextArgs {
    #[arg(value_name = "TRACE")]
    pub(super) trace: i64,
    #[arg(long, value_name = "EVENT")]
    pub(super) after: Option<i64>,
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u8).range(1..=100))]
    pub(super) most: u8,
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u8).range(0..=100))]
    pub(super) moments: u8,
    #[arg(long, value_name = "FOLDER")]
    pub(super) stills: Option<PathBuf>,
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Debug, clap::Args)]
pub(super) struct SeenArgs {
    #[arg(value_name = "TRACE")]
    pub(super) trace: i64,
    #[command(flatten)]
    pub(super) sighting: SightingArgs,
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Debug, clap::Args)]
pub(super) struct AnswerArgs {
    #[arg(value_name = "TRACE")]
    pub(super) trace: i64,
    #[arg(value_name = "CAMERA")]
    pub(super) camera: String,
    #[arg(long, value_name = "TIME")]
    pub(super) from: String,
    #[arg(long, value_name = "TIME")]
    pub(super) to: String,
    #[arg(long, value_name = "TEXT")]
    pub(super) note: Option<String>,
    #[arg(long, value_name = "WHY")]
    pub(super) despite: Option<String>,
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Debug, clap::Args)]
pub(super) struct NotSeenArgs {
    #[command(flatten)]
    pub(super) answer: AnswerArgs,
    #[arg(long, value_name = "PERCENT", default_value_t = 100, value_parser = clap::value_parser!(u8).range(1..=100))]
    pub(super) watched: u8,
}

#[derive(Debug, clap::Args)]
pub(super) struct UndoArgs {
    #[arg(value_name = "TRACE")]
    pub(super) trace: i64,
    #[arg(value_name = "EVENT")]
    pub(super) event: i64,
    #[arg(long, value_name = "TEXT")]
    pub(super) reason: Option<String>,
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Debug, clap::Args)]
pub(super) struct ShowArgs {
    #[arg(value_name = "TRACE")]
    pub(super) trace: i64,
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Debug, clap::Args)]
pub(super) struct ListArgs {
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Debug, clap::Args)]
pub(super) struct ExportArgs {
    #[arg(value_name = "TRACE")]
    pub(super) trace: i64,
    #[arg(short, long, value_name = "FILE", required = true)]
    pub(super) output: Vec<PathBuf>,
    #[arg(long)]
    pub(super) json: bool,
}

fn mover() -> impl TypedValueParser<Value = Mover> {
    PossibleValuesParser::new(Mover::ALL.map(Mover::as_str)).try_map(|word| Mover::from_word(&word).ok_or(word))
}

fn confidence() -> impl TypedValueParser<Value = Confidence> {
    let words = PossibleValuesParser::new(Confidence::ALL.map(Confidence::as_str));
    words.try_map(|word| Confidence::from_word(&word).ok_or(word))
}

fn degrees(text: &str) -> Result<f64, String> {
    let value = text.trim().trim_end_matches('°').parse::<f64>().ok();
    value.filter(|value| (0.0..=360.0).contains(value)).map(|value| value % 360.0).ok_or_else(|| "0–360".to_owned())
}
