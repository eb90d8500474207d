//! The house rules that a compiler does not hold: who may use whom, and that documents tell the truth about paths.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use regex::Regex;

/// The table of `ARCHITECTURE.md`: a room, and the rooms it may use. Every room may use `base` and itself.
const MAY_USE: &[(&str, &[&str])] = &[
    ("base", &[]),
    ("model", &[]),
    ("config", &["model"]),
    ("watch", &["model"]),
    ("layout", &["model"]),
    ("media", &["model"]),
    ("index", &["model"]),
    ("reel", &["model"]),
    ("store", &["model"]),
    ("tls", &[]),
    ("truetime", &["model"]),
    ("place", &["model"]),
    ("phrase", &["model"]),
    ("ingest", &["model", "config", "watch", "layout", "media", "index", "reel", "store"]),
    ("search", &["model", "index", "store", "truetime", "place"]),
    ("ask", &["model", "config", "phrase", "place", "search", "night"]),
    ("trace", &["model", "index", "store", "truetime", "place", "search"]),
    ("auth", &["model", "store"]),
    (
        "http",
        &["model", "config", "index", "reel", "store", "media", "place", "search", "ask", "trace", "auth", "night"],
    ),
    ("daemon", &["model", "auth", "config", "watch", "layout", "media", "index", "store", "ingest", "http", "tls"]),
    ("night", &["model", "config", "index", "reel", "store", "ingest", "search"]),
    ("fsck", &["model", "config", "media", "index", "reel", "store", "tls"]),
    (
        "cli",
        &[
            "model", "config", "watch", "layout", "media", "index", "reel", "store", "truetime", "place", "phrase",
            "ingest", "search", "ask", "trace", "auth", "night", "fsck", "daemon", "tls",
        ],
    ),
];

/// What has one home only.
const HOMES: &[(&str, &str)] =
    &[("rcgen", "tls"), ("ffmpeg_next", "media"), ("rusqlite", "store"), ("refinery", "store"), ("tantivy", "index")];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The Rust files below `src`, by their path below it.
fn sources() -> Vec<(PathBuf, String)> {
    let src = root().join("src");
    let mut files = Vec::new();
    for entry in walkdir::WalkDir::new(&src).sort_by_file_name() {
        let entry = entry.unwrap();
        if entry.path().extension().is_some_and(|extension| extension == "rs") {
            let below = entry.path().strip_prefix(&src).unwrap().to_owned();
            files.push((below, fs::read_to_string(entry.path()).unwrap()));
        }
    }
    assert!(files.len() > 50, "the sources were found");
    files
}

/// The room that a file belongs to; none for `lib.rs` and `main.rs`.
fn room(file: &Path) -> Option<String> {
    let first = file.components().next().unwrap().as_os_str().to_string_lossy();
    let room = first.trim_end_matches(".rs").to_owned();
    (!["lib", "main"].contains(&room.as_str())).then_some(room)
}

/// Code without its comments and texts, in which paths mean nothing.
fn code(text: &str) -> String {
    let strings = Regex::new(r#""(?:\\.|[^"\\])*""#).unwrap();
    let lines: Vec<&str> = text.lines().map(|line| line.split("//").next().unwrap_or("")).collect();
    strings.replace_all(&lines.join("\n"), "\"\"").into_owned()
}

/// The rooms that a file names, by `crate::room` or in a list `crate::{room::…, …}`.
fn named_rooms(code: &str) -> BTreeSet<String> {
    let single = Regex::new(r"\bcrate::([a-z_]+)\b").unwrap();
    let list = Regex::new(r"\bcrate::\{([^;]*?)\};").unwrap();
    let mut rooms: BTreeSet<String> = single.captures_iter(code).map(|c| c[1].to_owned()).collect();
    for captures in list.captures_iter(code) {
        let mut depth = 0;
        let mut flat = String::new();
        for c in captures[1].chars() {
            depth += i32::from(c == '{') - i32::from(c == '}');
            if depth == 0 {
                flat.push(c);
            }
        }
        rooms.extend(flat.split(',').map(|part| part.trim().split("::").next().unwrap().to_owned()));
    }
    rooms
}

#[test]
fn every_room_uses_only_what_it_may() {
    let table: BTreeMap<&str, &[&str]> = MAY_USE.iter().copied().collect();
    let mut wrong = Vec::new();
    for (file, text) in sources() {
        let Some(room) = room(&file) else { continue };
        let Some(may) = table.get(room.as_str()) else {
            wrong.push(format!("src/{}: the room {room} is not in the table", file.display()));
            continue;
        };
        let used = named_rooms(&code(&text)).into_iter().filter(|used| table.contains_key(used.as_str()));
        wrong.extend(
            used.filter(|used| *used != room && used != "base" && !may.contains(&used.as_str()))
                .map(|used| format!("src/{}: {room} must not use {used}", file.display())),
        );
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_import_reader_sees_every_way_of_importing() {
    let text = "use crate::store::Store; // crate::cli\nuse crate::{model::{Camera, media::X}, index};\nlet x = \"crate::reel\";";
    let seen: Vec<String> = named_rooms(&code(text)).into_iter().collect();
    assert_eq!(seen, ["index", "model", "store"]);
}

#[test]
fn what_has_a_home_is_used_nowhere_else() {
    let mut wrong = Vec::new();
    let unsafety = Regex::new(r"\bunsafe(?:_code)?\b").unwrap();
    for (file, text) in sources() {
        let (code, room) = (code(&text), room(&file));
        for (name, home) in HOMES {
            let uses = Regex::new(&format!(r"\b{name}::")).unwrap();
            // `index::tantivy::` is our own module.
            let ours = Regex::new(&format!(r"\b(?:super|self|crate::{home}|index)::{name}::")).unwrap();
            if room.as_deref() != Some(*home) && uses.is_match(&ours.replace_all(&code, "")) {
                wrong.push(format!("src/{}: {name} is at home in {home}", file.display()));
            }
        }
        if room.as_deref() != Some("media") && unsafety.is_match(&code) {
            wrong.push(format!("src/{}: unsafe outside media", file.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn files_are_short_and_say_their_job_first() {
    let mut wrong = Vec::new();
    for (file, text) in sources() {
        let lines = text.lines().count();
        if lines > 500 {
            wrong.push(format!("src/{}: {lines} lines", file.display()));
        }
        if file != Path::new("main.rs") && !text.starts_with("//! ") {
            wrong.push(format!("src/{}: does not begin with its job", file.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn documents_name_no_path_that_is_not_there() {
    let mut documents: Vec<PathBuf> = ["README.md", "ARCHITECTURE.md", "CHANGELOG.md", "fixtures/README.md"]
        .iter()
        .map(|name| root().join(name))
        .filter(|path| path.is_file())
        .collect();
    let docs = walkdir::WalkDir::new(root().join("docs")).into_iter().filter_map(Result::ok);
    documents.extend(docs.map(walkdir::DirEntry::into_path).filter(|path| path.extension().is_some_and(|e| e == "md")));
    let mut wrong = Vec::new();
    for document in documents {
        let text = fs::read_to_string(&document).unwrap();
        for path in named_paths(&text) {
            let from = document.parent().unwrap();
            let places = [root().join(&path), root().join("src").join(&path), from.join(&path)];
            let page = ["web", "web/src"].map(|folder| root().join(folder).join(&path));
            if !places.iter().chain(&page).any(|place| place.exists()) {
                wrong.push(format!("{}: there is no {path}", document.strip_prefix(root()).unwrap().display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The words in backticks, and the targets of links, that look like paths of this repository.
fn named_paths(text: &str) -> BTreeSet<String> {
    // A fenced block shows a terminal or a file, whose paths are the reader's.
    let unfenced: String = text.split("```").step_by(2).collect();
    let ticked = Regex::new(r"`([^`\n]+)`|\]\(([^)#\s]+)[^)]*\)").unwrap();
    let pathlike = Regex::new(r"^(?:\.?[A-Za-z0-9_-]+/)*\.?[A-Za-z0-9_.-]+/?$").unwrap();
    let extension = Regex::new(r"\.(?:rs|toml|md|tsv|sql|sh|yml|service|timer|lock)$").unwrap();
    // What the reader makes, not we: state, site files, the built program, the demonstration.
    let made = ["site.toml", "./site.toml", "places.tsv", "truth.json", "demo-town", "target", "data", "reels"];
    ticked
        .captures_iter(&unfenced)
        .map(|c| c.get(1).or(c.get(2)).unwrap().as_str().to_owned())
        .filter(|word| pathlike.is_match(word) && (word.contains('/') || extension.is_match(word)))
        .filter(|word| !made.contains(&word.split('/').find(|part| *part != ".").unwrap_or("")))
        .collect()
}

#[test]
fn the_path_reader_tells_paths_from_other_words() {
    let text = "See `src/store/mod.rs`, `deny.toml` and [that](docs/json.md#top), not `index --json`, `a::b`, `0.5`, `/etc/x`,\n\
                `demo-town/site.toml` or `https://x.org/y`.\n```\ncat other/file.rs\n```\n";
    let seen: Vec<String> = named_paths(text).into_iter().collect();
    assert_eq!(seen, ["deny.toml", "docs/json.md", "src/store/mod.rs"]);
}

#[test]
fn nothing_committed_names_a_path_of_the_machine_it_was_made_on() {
    let home = Regex::new(r#"(?:^|["'`\s=(])/(?:work|farm|home/[a-z]+|root)/"#).unwrap();
    let mut wrong = Vec::new();
    for folder in ["src", "examples", "benches", "config", "docs", "fixtures", "scripts"] {
        for entry in walkdir::WalkDir::new(root().join(folder)).into_iter().filter_map(Result::ok) {
            let text = fs::read_to_string(entry.path()).unwrap_or_default();
            let lines = text.lines().enumerate().filter(|(_, line)| home.is_match(line));
            wrong.extend(lines.map(|(n, line)| format!("{}:{}: {line}", entry.path().display(), n + 1)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
