//! What must hold for every text, as a function that a fuzz target or a property test calls.

use super::{Atlas, Candidate, resolve};

/// Resolves any bytes (those that are no UTF-8 are replaced).
///
/// # Panics
/// When the outcome is not what it must be: this is what fuzzing looks for.
pub fn any_bytes(atlas: &Atlas, data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    assert_sane(&text, &resolve(atlas, &text));
}

/// Holds candidates to their promises: best first, each with its reason and its words where they are said to be, a point that is on the
/// earth, a shape where there is a point.
///
/// # Panics
/// When one of them is broken.
pub fn assert_sane(text: &str, candidates: &[Candidate]) {
    for candidate in candidates {
        assert!((0.0..=1.0).contains(&candidate.score), "{text:?}: {candidate:?}");
        assert!(
            !candidate.why.vi.is_empty() && !candidate.why.en.is_empty(),
            "{text:?}: without a reason {candidate:?}"
        );
        let words = text.get(candidate.span.clone()).map(str::trim);
        assert_eq!(words, Some(candidate.text.as_str()), "{text:?}");
        assert!(!candidate.text.is_empty(), "{text:?}: from no words {candidate:?}");
        assert_eq!(candidate.at.is_some(), candidate.shape.is_some(), "{text:?}: {candidate:?}");
        let on_earth = candidate.at.is_none_or(|at| at.lat.abs() <= 90.0 && at.lon.abs() <= 180.0);
        assert!(on_earth, "{text:?}: {candidate:?}");
    }
    let ordered = candidates.windows(2).all(|pair| pair[0].score >= pair[1].score);
    assert!(ordered, "{text:?}: not best first");
}
