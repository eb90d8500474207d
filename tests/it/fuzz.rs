//! Containers damaged on purpose: each costs itself at most, whatever is in it. `make fuzz` does a hundred thousand.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::support::clips::{mp4, numbered};
use crate::support::daemon::Daemon;
use crate::support::fuzz::campaign;
use crate::support::fuzz::corpus::{corpus, digest_of};
use crate::support::fuzz::mutant::Mutant;
use crate::support::luck::Luck;
use crate::support::site::TestSite;

const CASES: u64 = 1000;

#[test]
fn a_damaged_container_costs_itself_at_most() {
    let (corpus, luck) = (corpus(), Luck::new(0xf022));
    println!("{} whole files, {}", corpus.len(), digest_of(&corpus));
    let pool = campaign::pool(Path::new(env!("CARGO_BIN_EXE_truyvet")));
    let outcome = campaign::run(&pool, &corpus, &luck, 0..CASES, |_| {});
    println!("{outcome}");
    assert_eq!(outcome.cases(), CASES);
    assert!(outcome.wrong.is_empty(), "{}", outcome.wrong.join("\n"));
}

#[test]
fn a_seed_and_a_number_tell_which_damage() {
    let (corpus, luck) = (corpus(), Luck::new(0xf022));
    let mut changed = 0;
    for number in 0..200 {
        let mutant = Mutant::new(&corpus, &luck, number);
        assert_eq!(mutant.bytes, Mutant::new(&corpus, &luck, number).bytes);
        changed += usize::from(mutant.bytes != mutant.of.bytes);
    }
    assert!(changed > 180, "only {changed} of 200 are damaged");
}

#[test]
fn a_daemon_fed_with_damaged_files_finds_every_good_one_between_them() {
    const DAMAGED: u64 = 300;
    let (corpus, luck) = (corpus(), Luck::new(0xf022));
    let pool = campaign::pool(Path::new(env!("CARGO_BIN_EXE_truyvet")));
    let good = fs::read(mp4()).unwrap();
    let site = TestSite::new(&["a"]);
    site.append("[watch]\nsettle_s = 1\n");
    let daemon = Daemon::start(&site);
    let is_well = || {
        let (code, body) = daemon.get("/healthz").expect("the daemon answers");
        assert!(code == 200 && body.contains("\"ok\":true"), "{code} {body}");
    };
    // By path: why the file cannot be read; nothing where it can.
    let mut should: BTreeMap<String, Option<String>> = BTreeMap::new();
    for number in 0..DAMAGED {
        // Beyond those of the test above.
        let mutant = Mutant::new(&corpus, &luck, CASES + number);
        let name = format!("20240301_{:02}{:02}{:02}.mp4", number / 3600, number / 60 % 60, number % 60);
        let path = site.write("a", name, &mutant.bytes);
        let fault = pool.list(&path).err().map(|unreadable| unreadable.fault.as_str().to_owned());
        should.insert(path.display().to_string(), fault);
        if number % 10 == 5 {
            let path = site.write("a", format!("20240302_00{:02}00.mp4", number / 10), &numbered(&good, number));
            should.insert(path.display().to_string(), None);
        }
        is_well();
    }
    let fates = || {
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let listed = site.everything().into_iter().map(|hit| (text(&hit["path"]), None));
        let quarantine = site.run(&["quarantine", "list", "--json"]).ends(0).json();
        let refused =
            quarantine.as_array().unwrap().iter().map(|file| (text(&file["path"]), Some(text(&file["reason"]))));
        listed.chain(refused).collect::<BTreeMap<_, _>>()
    };
    daemon.until("each is found or in quarantine", || {
        is_well();
        fates().len() >= should.len()
    });
    assert_eq!(fates(), should);
    assert!(should.values().filter(|fault| fault.is_some()).count() > 50, "the damage was worth it");
    let ran = daemon.stop().ends(0);
    assert!(!ran.stderr.contains("panicked"), "{}", ran.stderr);
    site.run(&["check", "--deep"]).ends(0);
}
