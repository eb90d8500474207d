//! A path as the layouts see it: one spelling for Unix, Windows and URL forms.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization;

/// Longest path that is looked at, bytes; what is longer is cut at its front, where no recorder writes a time.
const LONGEST: usize = 4096;

/// A path in the spelling that patterns are written for: NFC, `/` between folders, no query of a web address, no marks
/// that copying added to the file's name.
#[derive(Debug)]
pub(super) struct PathText {
    text: String,
    name_at: usize,
}

impl PathText {
    /// Brings any path into that spelling. Never fails: what is odd simply matches nothing.
    pub(super) fn new(raw: &str) -> PathText {
        let mut text: String = tail(raw.trim()).nfc().map(|c| if c == '\\' { '/' } else { c }).collect();
        if text.split_once("://").is_some_and(|(scheme, _)| scheme.chars().all(|c| c.is_ascii_alphabetic())) {
            text = percent_decoded(&text);
        }
        let kept = without_query(&text).len();
        text.truncate(kept);
        let kept = text.trim_end_matches('/').len();
        text.truncate(kept);
        let name_at = text.rfind('/').map_or(0, |slash| slash + 1);
        let blank = text[name_at..].len() - text[name_at..].trim_start().len();
        text.replace_range(name_at..name_at + blank, "");
        let name = without_copy_marks(&text[name_at..]);
        if let Cow::Owned(name) = name {
            text.replace_range(name_at.., &name);
        }
        PathText { text, name_at }
    }

    /// The whole path.
    pub(super) fn as_str(&self) -> &str {
        &self.text
    }

    /// Where the last part (the file's name, mostly) starts, bytes.
    pub(super) fn name_at(&self) -> usize {
        self.name_at
    }

    /// The channel that a part of the path names by a word (`ch05`, `channel12`, `Kênh 2`), the last such part; none when
    /// that part names two.
    pub(super) fn channel(&self) -> Option<u32> {
        self.text.rsplit('/').find_map(|part| {
            let mut found =
                part.match_indices(|c: char| c.is_ascii_digit()).filter_map(|(at, _)| number_of_channel(part, at));
            let first = found.next()?;
            Some(found.all(|other| other == first).then_some(first))
        })?
    }

    /// The folders above the last part, without the slash between.
    pub(super) fn folders(&self) -> &str {
        self.text[..self.name_at].trim_end_matches('/')
    }
}

/// The number at `at` when a word for a channel stands right before it.
fn number_of_channel(part: &str, at: usize) -> Option<u32> {
    let before = part[..at].trim_end_matches([' ', '_', '-']).to_lowercase();
    let word = ["channel", "kênh", "kenh", "chn", "ch"].into_iter().find(|word| before.ends_with(word))?;
    let apart = !before[..before.len() - word.len()].ends_with(char::is_alphanumeric);
    let end = part[at..].find(|c: char| !c.is_ascii_digit()).map_or(part.len(), |len| at + len);
    (apart && end - at <= 3).then(|| part[at..end].parse().ok())?
}

fn tail(raw: &str) -> &str {
    let mut from = raw.len().saturating_sub(LONGEST);
    while !raw.is_char_boundary(from) {
        from += 1;
    }
    &raw[from..]
}

/// `%20` and its like as RFC 3986 §2.1 writes them; a text that decodes to no UTF-8 stays as it is.
fn percent_decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let hex = (bytes[at] == b'%').then(|| bytes.get(at + 1..at + 3)).flatten();
        let code = hex.and_then(|h| std::str::from_utf8(h).ok()).and_then(|h| u8::from_str_radix(h, 16).ok());
        out.push(code.unwrap_or(bytes[at]));
        at += if code.is_some() { 3 } else { 1 };
    }
    String::from_utf8(out).unwrap_or_else(|_| text.to_owned())
}

/// Drops `?token=…` behind a file's name with an ending; a query that carries the times itself (`?starttime=…`) is kept.
fn without_query(text: &str) -> &str {
    let Some((before, query)) = text.split_once('?') else { return text };
    let ending = before.rsplit_once('.').map_or("", |(_, ending)| ending);
    let named = (2..=5).contains(&ending.len()) && ending.bytes().all(|b| b.is_ascii_alphanumeric());
    if named && !query.to_ascii_lowercase().contains("starttime=") { before } else { text }
}

/// `clip (1).mp4`, `clip - Copy (2).mp4`, `clip - Bản sao.mp4` → `clip.mp4`.
fn without_copy_marks(name: &str) -> Cow<'_, str> {
    let (stem, ext) = match name.rfind('.') {
        Some(dot) if name.len() - dot <= 6 => name.split_at(dot),
        _ => (name, ""),
    };
    let mut kept = stem;
    let digits = |text: &str| (1..=3).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    if let Some((before, number)) = kept.strip_suffix(')').and_then(|s| s.rsplit_once('('))
        && digits(number)
    {
        kept = before.trim_end();
    }
    for mark in [" - Copy", " - Bản sao", " copy", "_copy"] {
        kept = kept.strip_suffix(mark).unwrap_or(kept);
    }
    if kept.len() == stem.len() || kept.is_empty() { Cow::Borrowed(name) } else { Cow::Owned(format!("{kept}{ext}")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_spelling_for_windows_web_and_copied_paths() {
        for (raw, want) in [
            (r"F:\cam\2024-01-31\12-30-00.mp4", "F:/cam/2024-01-31/12-30-00.mp4"),
            ("MIJIA_RECORD_VIDEO\\2021071519\\", "MIJIA_RECORD_VIDEO/2021071519"),
            ("https://nas/a%20b/20240131_123000.mp4?sig=20200101000000", "https://nas/a b/20240131_123000.mp4"),
            ("rtsp://h/t/101?starttime=1&endtime=2", "rtsp://h/t/101?starttime=1&endtime=2"),
            ("a/clip (1).mp4", "a/clip.mp4"),
            ("a/clip - Bản sao (2).mp4", "a/clip.mp4"),
            ("a/(1).mp4", "a/(1).mp4"),
            ("a/50%zz.mp4", "a/50%zz.mp4"),
        ] {
            assert_eq!(PathText::new(raw).as_str(), want, "{raw}");
        }
        assert_eq!(PathText::new("a/b/c.mp4").folders(), "a/b");
    }

    #[test]
    fn a_decomposed_name_is_composed() {
        assert_eq!(PathText::new("Co\u{302}̉ng/1.mp4").as_str(), "Cổng/1.mp4");
    }
}
