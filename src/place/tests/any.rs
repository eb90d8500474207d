//! Every text has an outcome.

use proptest::prelude::*;

use super::*;

/// Pieces of which sentences are made.
const PIECES: &[&str] = &[
    "ngã ba",
    "ngã tư",
    "Việt Lào",
    "Trần Phú",
    "Xuân Diệu",
    "–",
    "-",
    "giao với",
    "góc",
    "đến",
    "từ",
    "đoạn",
    "số 12",
    "12/5",
    "Km 11+300",
    "km",
    "+",
    "QL12C",
    "QL 1A",
    "phường Hưng Trí",
    "xã Kỳ Lợi",
    "chợ",
    "cổng chợ",
    ",",
    ";",
    "(",
    ")",
    "18.0735",
    "106.2962",
    "18°04'24\"N",
    "106°17'46\"E",
    "https://maps.google.com/?q=18.07,106.29",
    "geo:18,106",
    "39XR+CF",
    "7QC739F3+",
    "@",
    "%2C",
    "\u{301}",
    "İ",
    "ﬁ",
    "\0",
    "TDP 1",
    "ngõ 12",
    "đường",
    "P.",
    "999999999999999999999",
    "°",
    "−18.5",
    "\u{202e}",
    "🚓",
    "ĐƯỜNG",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn any_text_has_an_outcome(text in ".{0,120}") {
        fuzz::any_bytes(atlas(), text.as_bytes());
    }

    #[test]
    fn any_bytes_have_an_outcome(bytes in prop::collection::vec(any::<u8>(), 0..120)) {
        fuzz::any_bytes(atlas(), &bytes);
    }

    #[test]
    fn any_pieces_of_sentences_have_an_outcome(
        pieces in prop::collection::vec(prop::sample::select(PIECES), 0..14), apart in prop::sample::select(&["", " ", ", "][..])
    ) {
        fuzz::any_bytes(atlas(), pieces.join(apart).as_bytes());
    }
}

#[test]
fn a_very_long_text_is_looked_at_in_part() {
    for piece in ["đường Trần Phú giao Xuân Diệu, ", "a", "ngã ba ", "Km 1+1 ", "1", "°"] {
        let text = piece.repeat(200_000 / piece.len());
        fuzz::any_bytes(atlas(), text.as_bytes());
    }
}

#[test]
fn nothing_is_found_where_nothing_is_known() {
    let nothing = Atlas::default();
    for text in ["", " ", "ngã ba Việt Lào", "Km 565+800 QL1A", "đoạn từ chợ đến cầu"] {
        let found = resolve(&nothing, text);
        fuzz::assert_sane(text, &found);
        assert!(found.iter().all(|one| one.at.is_none()), "{text}: {found:?}");
    }
    assert!(nothing.find("chợ").is_err());
}
