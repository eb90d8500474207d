//! The door at the command line: what is looked at is written down, the list cannot be changed unseen, accounts and keys are made.

use std::fs;

use rusqlite::Connection;
use serde_json::{Value, json};

use crate::support::clips::mp4;
use crate::support::site::TestSite;

/// A site with one recording, indexed.
fn site() -> TestSite {
    let site = TestSite::new(&["a"]);
    site.put("a", "20240301_080000.mp4", &mp4());
    site.index(0);
    site
}

fn rows(site: &TestSite, arguments: &[&str]) -> Vec<Value> {
    let answer = site.run(&[&["audit", "list", "--json"], arguments].concat()).ends(0).json();
    answer["rows"].as_array().unwrap().clone()
}

/// The store as whoever owns the machine may open it.
fn open(site: &TestSite) -> Connection {
    Connection::open(site.path("data/truyvet.db")).unwrap()
}

const NEAR: [&str; 6] = ["--near", "18.0735,106.2962", "--at", "2024-03-01 08:00", "--within", "5m"];

#[test]
fn what_is_looked_at_is_written_down_with_who_what_and_why() {
    let site = site();
    let found = site.run(&[&["search", "--json", "--purpose", "vụ 12/2026"], &NEAR[..]].concat()).ends(0).json();
    let id = found["cameras"][0]["recordings"][0]["id"].as_str().unwrap().to_owned();
    site.run(&["show", &id, "--emergency"]).ends(0);
    let still = site.path("khung.jpg");
    site.run(&["frame", &id, "--at", "+1s", "-o", still.to_str().unwrap()]).ends(0);
    site.run(&["ask", "1/3/2024 8h", "--json"]).ends(0);
    let mut found = rows(&site, &[]);
    found.reverse();
    let acts: Vec<&str> = found.iter().map(|row| row["act"].as_str().unwrap()).collect();
    assert_eq!(acts, ["search", "show", "frame", "search", "audit"]);
    for (n, row) in found.iter().enumerate() {
        assert_eq!(row["number"], n as u64 + 1);
        assert_eq!(row["origin"], "cli");
        assert!(!row["actor"].as_str().unwrap().is_empty());
    }
    assert_eq!(found[0]["purpose"], "vụ 12/2026");
    assert_eq!(found[0]["cameras"], json!(["a"]));
    assert_eq!(found[0]["window"], json!({"start": "2024-03-01T00:55:00Z", "end": "2024-03-01T01:05:00Z"}));
    assert_eq!((&found[1]["emergency"], &found[1]["purpose"]), (&json!(true), &Value::Null));
    assert_eq!(found[2]["window"]["start"], "2024-03-01T01:00:01Z");
    assert_eq!(found[3]["detail"]["phrase"], "1/3/2024 8h");
    // Each can be asked for.
    assert_eq!(rows(&site, &["--act", "frame"]).len(), 1);
    assert_eq!(rows(&site, &["--camera", "a"]).len(), 4);
    assert_eq!(rows(&site, &["--camera", "b"]).len(), 0);
    assert_eq!(rows(&site, &["--purpose", "12/2026"]).len(), 1);
    assert_eq!(rows(&site, &["--to", "2024-03-01 08:00"]).len(), 0);
    // A question that shows nothing is no look.
    let before = rows(&site, &["--act", "search"]).len();
    site.run(&["ask", "ngã ba Việt Lào"]).ends(2);
    assert_eq!(rows(&site, &["--act", "search"]).len(), before);
}

#[test]
fn emergencies_and_looks_without_a_purpose_wait_to_be_reviewed() {
    let site = site();
    site.run(&[&["search"], &NEAR[..]].concat()).ends(0);
    site.run(&[&["search", "--purpose", "vụ 12/2026"], &NEAR[..]].concat()).ends(0);
    site.run(&[&["search", "--purpose", "trẻ lạc", "--emergency"], &NEAR[..]].concat()).ends(0);
    let waiting = |site: &TestSite| -> Vec<u64> {
        let answer = site.run(&["audit", "review", "--json"]).ends(0).json();
        answer["rows"].as_array().unwrap().iter().map(|row| row["number"].as_u64().unwrap()).collect()
    };
    assert_eq!(waiting(&site), [1, 3]);
    site.run(&["audit", "review", "1", "--note", "đã hỏi lại"]).ends(0);
    assert_eq!(waiting(&site), [3]);
    let refused = site.run(&["--lang", "en", "audit", "review", "2"]).ends(2);
    assert!(refused.stderr.contains("row 2 does not wait"), "{}", refused.stderr);
}

#[test]
fn clocks_and_quarantine_are_written_down_in_the_same_breath() {
    let site = site();
    let damaged = site.footage("a", "20240301_090000.mp4");
    fs::write(&damaged, "no film").unwrap();
    site.index(3);
    site.run(&["clock", "check", "a", "--shown", "2024-03-01 08:07:00", "--true", "2024-03-01 08:00:00"]).ends(0);
    site.run(&["clock", "remove", "1", "--reason", "gõ nhầm"]).ends(0);
    let damaged = site.footage("a", "20240301_090000.mp4");
    site.run(&["quarantine", "ignore", damaged.to_str().unwrap()]).ends(0);
    site.run(&["quarantine", "unignore", damaged.to_str().unwrap()]).ends(0);
    let told = |act: &str| -> Vec<String> {
        let rows = rows(&site, &["--act", act]);
        rows.iter().rev().map(|row| row["detail"]["what"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(told("clock"), ["added", "removed"]);
    assert_eq!(told("quarantine"), ["ignore", "unignore"]);
    assert_eq!(rows(&site, &["--camera", "a", "--act", "clock"]).len(), 2);
}

fn verified(site: &TestSite, code: i32) -> Value {
    site.run(&["--lang", "en", "audit", "verify", "--json"]).ends(code).json()
}

#[test]
fn a_row_that_was_changed_or_cut_is_named() {
    let site = site();
    for n in 0..6 {
        site.run(&[&["search", "--purpose", &format!("vụ {n}")], &NEAR[..]].concat()).ends(0);
    }
    let whole = verified(&site, 0);
    assert_eq!((&whole["rows"], &whole["whole"], &whole["last"]["number"]), (&json!(6), &json!(true), &json!(6)));
    let kept = format!("6:{}", whole["last"]["hash"].as_str().unwrap());
    site.run(&["audit", "verify", "--holds", &kept]).ends(0);
    // The store itself refuses.
    let db = open(&site);
    assert!(db.execute("UPDATE audit SET purpose = 'khác' WHERE id = 3", []).is_err());
    assert!(db.execute("DELETE FROM audit WHERE id = 3", []).is_err());
    // Whoever takes the refusal away is found out.
    db.execute_batch("DROP TRIGGER audit_is_never_changed; DROP TRIGGER audit_is_never_cut").unwrap();
    db.execute("UPDATE audit SET purpose = 'khác' WHERE id = 3", []).unwrap();
    let wrong = verified(&site, 1)["wrong"].clone();
    assert_eq!(wrong.as_array().unwrap().len(), 1, "{wrong}");
    assert!(wrong[0].as_str().unwrap().starts_with("row 3 is not as it was written"), "{wrong}");
    db.execute("UPDATE audit SET purpose = 'vụ 2' WHERE id = 3", []).unwrap();
    verified(&site, 0);
    db.execute("DELETE FROM audit WHERE id IN (2, 3)", []).unwrap();
    let wrong = verified(&site, 1)["wrong"].clone();
    assert!(wrong[0].as_str().unwrap().starts_with("rows 2 to 3 are missing"), "{wrong}");
    // Of what is cut off at the end only a hash that was kept elsewhere tells.
    let site = self::site();
    for _ in 0..2 {
        site.run(&[&["search"], &NEAR[..]].concat()).ends(0);
    }
    let kept = format!("2:{}", verified(&site, 0)["last"]["hash"].as_str().unwrap());
    open(&site).execute_batch("DROP TRIGGER audit_is_never_cut; DELETE FROM audit WHERE id = 2").unwrap();
    verified(&site, 0);
    site.run(&["audit", "verify", "--holds", &kept]).ends(1);
}

#[test]
fn the_whole_audit_is_exported_line_by_line() {
    let site = site();
    site.run(&[&["search", "--purpose", "vụ 1"], &NEAR[..]].concat()).ends(0);
    let file = site.path("nhat-ky.jsonl");
    site.run(&["audit", "export", "-o", file.to_str().unwrap()]).ends(0);
    let text = fs::read_to_string(&file).unwrap();
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.iter().map(|line| line["act"].as_str().unwrap()).collect::<Vec<_>>(), ["search", "audit"]);
    let into_footage = site.footage("a", "nhat-ky.jsonl");
    site.run(&["audit", "export", "-o", into_footage.to_str().unwrap()]).ends(2);
}

#[test]
fn accounts_are_made_changed_and_disabled_and_never_with_a_password_of_ours() {
    let site = site();
    site.append("[[group]]\nid = \"tdp-1\"\nname = \"Tổ 1\"\n");
    let one = site.run(&["--lang", "en", "user", "add", "An", "--role", "trực ban", "--group", "tdp-1"]).ends(0);
    let two = site.run(&["--lang", "en", "user", "add", "binh", "--role", "administrator"]).ends(0);
    let password = |said: &str| said.split("one-time password: ").nth(1).unwrap()[..19].to_owned();
    assert_ne!(password(&one.stdout), password(&two.stdout));
    for (arguments, says) in [
        (&["add", "an", "--role", "duty"][..], "there is an account \"an\" already"),
        (&["add", "c", "--role", "duty", "--group", "tdp-9"], "there is no group \"tdp-9\"; there are: tdp-1"),
        (&["add", "c c", "--role", "duty"], "account name \"c c\""),
        (&["add", "c", "--role", "chief"], "duty, investigator"),
        (&["disable", "nobody"], "there is no account \"nobody\""),
        (&["change", "an"], "nothing to change"),
    ] {
        let ran = site.run(&[&["--lang", "en", "user"], arguments].concat()).ends(2);
        assert!(ran.stderr.contains(says), "{arguments:?}: {}", ran.stderr);
    }
    site.run(&["user", "change", "an", "--role", "investigator", "--all-groups"]).ends(0);
    site.run(&["user", "disable", "binh"]).ends(0);
    site.run(&["user", "password", "an"]).ends(0);
    let users = site.run(&["user", "list", "--json"]).ends(0).json()["users"].clone();
    assert_eq!(
        (&users[0]["name"], &users[0]["role"], &users[0]["groups"]),
        (&json!("an"), &json!("investigator"), &Value::Null)
    );
    assert_eq!((&users[0]["must_change"], &users[0]["disabled_at"]), (&json!(true), &Value::Null));
    assert!(users[1]["disabled_at"].is_string());
    let told: Vec<String> = rows(&site, &["--act", "user"])
        .iter()
        .rev()
        .map(|row| format!("{} {}", row["detail"]["what"].as_str().unwrap(), row["detail"]["user"].as_str().unwrap()))
        .collect();
    assert_eq!(told, ["added an", "added binh", "changed an", "disabled binh", "password an"]);
    let text = fs::read(site.path("data/truyvet.db")).unwrap();
    let holds = |wanted: &str| text.windows(wanted.len()).any(|part| part == wanted.as_bytes());
    assert!(holds("$argon2id$v=19$m=19456,t=2,p=1$") || site.path("data/truyvet.db-wal").exists());
    assert!(!holds(&password(&one.stdout)));
}

#[test]
fn a_key_is_shown_once_and_can_be_revoked() {
    let site = site();
    site.run(&["user", "add", "bang", "--role", "duty"]).ends(0);
    let made = site.run(&["token", "add", "bang", "--name", "bảng điện", "--lasts", "24h"]).ends(0);
    assert_eq!(made.stdout.trim().len(), 52);
    site.run(&["token", "add", "nobody", "--name", "x"]).ends(2);
    let tokens = site.run(&["token", "list", "--json"]).ends(0).json()["tokens"].clone();
    assert_eq!((&tokens[0]["number"], &tokens[0]["user"]), (&json!(1), &json!("bang")));
    assert!(tokens[0]["expires_at"].is_string() && !tokens.to_string().contains(made.stdout.trim()));
    site.run(&["token", "revoke", "1"]).ends(0);
    site.run(&["token", "revoke", "1"]).ends(2);
}

#[test]
fn what_cannot_be_written_down_is_not_shown() {
    let site = site();
    let db = open(&site);
    db.execute_batch("CREATE TRIGGER no_more BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'full'); END").unwrap();
    let ran = site.run(&[&["--lang", "en", "search", "--json"], &NEAR[..]].concat()).ends(1);
    assert_eq!(ran.stdout, "");
    assert!(ran.stderr.contains("the audit cannot be written"), "{}", ran.stderr);
}
