//! Makes the demonstration town: `cargo run --example town -- OUT_DIR`.

mod maker;
#[cfg(test)]
mod tests;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use clap::Parser;
use jiff::Timestamp;
use maker::error::{Failure, Result};
use maker::plan::Plan;

/// Makes a demonstration town in OUT_DIR: footage of a ward's cameras as their recorders write it, the site file, places,
/// roads, and truth.json, which tells what really happened. The same options give the same bytes.
#[derive(Parser)]
#[command(name = "town")]
struct Args {
    /// Folder to make it in: new, empty, or holding an earlier town (which is replaced)
    out_dir: PathBuf,
    /// How many cameras, in the table's order [default: all]
    #[arg(long)]
    cameras: Option<usize>,
    /// Length of all, minutes
    #[arg(long, default_value_t = 10.0)]
    minutes: f64,
    /// Length of one file, seconds
    #[arg(long, default_value_t = 60)]
    segment_seconds: u32,
    /// Size of the pictures, pixels
    #[arg(long, default_value = "640x360")]
    size: String,
    /// Frames per second
    #[arg(long, default_value_t = 10)]
    fps: u32,
    /// Seconds from keyframe to keyframe
    #[arg(long, default_value_t = 2)]
    gop_seconds: u32,
    /// True time at which recording starts
    #[arg(long, default_value = "2023-07-15T21:10:00+07:00")]
    start: Timestamp,
    /// Another number gives other houses and other traffic
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Only this camera (may be given more than once)
    #[arg(long)]
    only: Vec<String>,
}

impl Args {
    fn plan(&self) -> Result<Plan> {
        let default = Plan::default();
        let (width, height) = self
            .size
            .split_once('x')
            .and_then(|(width, height)| Some((width.parse().ok()?, height.parse().ok()?)))
            .ok_or_else(|| Failure(format!("--size {}: want something like 640x360", self.size)))?;
        Ok(Plan {
            start: self.start,
            seconds: (self.minutes * 60.0).round() as u32,
            segment_seconds: self.segment_seconds,
            cameras: self.cameras.unwrap_or(default.cameras),
            only: self.only.clone(),
            width,
            height,
            fps: self.fps,
            gop_seconds: self.gop_seconds,
            seed: self.seed,
            ..default
        })
    }
}

fn main() -> ExitCode {
    let args = Args::parse();
    let began = Instant::now();
    let made = args
        .plan()
        .and_then(|plan| maker::make(&plan, &args.out_dir, |done, all, path| eprintln!("town: {done}/{all} {path}")));
    match made {
        Ok(truth) => {
            let files: usize = truth.cameras.iter().map(|camera| camera.recordings.len()).sum();
            eprintln!(
                "town: {} cameras, {files} files in {}, {:.0} s; the incident: {} at {}",
                truth.cameras.len(),
                args.out_dir.display(),
                began.elapsed().as_secs_f64(),
                truth.incident.place,
                truth.incident.at,
            );
            ExitCode::SUCCESS
        }
        Err(failure) => {
            eprintln!("town: {failure}");
            ExitCode::FAILURE
        }
    }
}
