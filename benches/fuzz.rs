//! A hundred thousand damaged containers through the reading processes, with all barriers. Prints a table of what became of them, by
//! container; fails where the daemon or a process of our own would have.
//!
//! `cargo bench --bench fuzz`; CASES, FROM (the first case) and TRUYVET_SEED in the environment. Others:
//! `-- case NUMBER FILE` writes the damaged file of a case; `-- seeds FOLDER` writes the whole files, a folder for each target in
//! `fuzz/`.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

#[path = "../tests/it/support/mod.rs"]
#[allow(dead_code, unused_imports, reason = "the tests use the rest")]
mod support;

use std::fs;
use std::path::Path;
use std::process::ExitCode;

use support::fuzz::campaign;
use support::fuzz::corpus::{Container, Seed, corpus, digest_of};
use support::fuzz::mutant::Mutant;
use support::luck::Luck;

fn main() -> ExitCode {
    let number = |name: &str, usual| std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(usual);
    let (corpus, luck) = (corpus(), Luck::new(1));
    println!("{} whole files, {}", corpus.len(), digest_of(&corpus));
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["case", case, file] => {
            let mutant = Mutant::new(&corpus, &luck, case.parse().unwrap());
            fs::write(file, &mutant.bytes).unwrap();
            println!("{file}: {}: {}", mutant.of.name, mutant.how.join(", "));
        }
        ["seeds", folder] => write_seeds(&corpus, Path::new(folder)),
        _ => {
            let (from, cases) = (number("FROM", 0), number("CASES", 100_000));
            let pool = campaign::pool(Path::new(env!("CARGO_BIN_EXE_truyvet")));
            let outcome = campaign::run(&pool, &corpus, &luck, from..from + cases, |done| eprintln!("{done}"));
            println!("{outcome}");
            outcome.wrong.iter().for_each(|wrong| println!("WRONG: {wrong}"));
            if !outcome.wrong.is_empty() {
                return ExitCode::FAILURE;
            }
        }
    }
    ExitCode::SUCCESS
}

/// The whole files of the containers that have targets of their own.
fn write_seeds(corpus: &[Seed], folder: &Path) {
    for (number, seed) in corpus.iter().enumerate() {
        let target = match seed.container {
            Container::Mp4 => "list_mp4",
            Container::Mkv => "list_mkv",
            Container::Ts(..) => "list_ts",
            _ => continue,
        };
        fs::create_dir_all(folder.join(target)).unwrap();
        fs::write(folder.join(target).join(format!("{number:03}")), &seed.bytes).unwrap();
    }
}
