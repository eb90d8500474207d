//! What must hold for every text, as a function that a fuzz target or a property test calls.

use jiff::Zoned;

use super::{Understanding, understand};

/// Understands any bytes (those that are no UTF-8 are replaced) as said at `now`.
///
/// # Panics
/// When the outcome is not what it must be: this is what fuzzing looks for.
pub fn any_bytes(data: &[u8], now: &Zoned) {
    let text = String::from_utf8_lossy(data);
    assert_sane(&text, &understand(&text, now), now);
}

/// Holds an understanding to its promises: exactly one kind of outcome, windows that have begun and are not reversed, best
/// first, each with its reason, and words that are where they are said to be.
///
/// # Panics
/// When one of them is broken.
pub fn assert_sane(text: &str, got: &Understanding, now: &Zoned) {
    assert!(got.readings.is_empty() || got.refused.is_none(), "{text:?}: readings and a refusal");
    assert!(!got.readings.is_empty() || got.refused.is_some() || got.note.is_some(), "{text:?}: no outcome");
    for reading in &got.readings {
        assert!(reading.window.start <= reading.window.end, "{text:?}: reversed {reading:?}");
        assert!(reading.window.start.0 <= now.timestamp(), "{text:?}: yet to come {reading:?}");
        assert!((0.0..=1.0).contains(&reading.confidence), "{text:?}: {reading:?}");
        assert!(!reading.why.vi.is_empty() && !reading.why.en.is_empty(), "{text:?}: without a reason {reading:?}");
    }
    let ordered = got.readings.windows(2).all(|pair| pair[0].confidence >= pair[1].confidence);
    assert!(ordered, "{text:?}: not best first");
    for words in &got.places {
        assert_eq!(text.get(words.at.clone()), Some(words.text.as_str()), "{text:?}");
    }
}
