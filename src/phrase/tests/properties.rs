//! What holds for every text: an outcome without a panic, sane readings, and that a printed window is understood again.

use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};
use proptest::prelude::*;

use super::super::fuzz::{any_bytes, assert_sane};
use super::super::{print, understand};
use crate::model::{Span, TrueTime};

fn now() -> Zoned {
    "2023-07-16T08:30:00+07:00[Asia/Ho_Chi_Minh]".parse().unwrap()
}

/// The sentences of our table, to be changed by chance.
fn sentences() -> Vec<String> {
    let text = include_str!("../../../fixtures/phrases/first.tsv");
    text.lines().filter(|l| !l.starts_with('#')).filter_map(|l| l.split('\t').nth(4)).map(str::to_owned).collect()
}

proptest! {
    #[test]
    fn any_bytes_have_an_outcome(data in prop::collection::vec(any::<u8>(), 0..200)) {
        any_bytes(&data, &now());
    }

    #[test]
    fn every_text_has_an_outcome(text in any::<String>()) {
        assert_sane(&text, &understand(&text, &now()), &now());
    }

    #[test]
    fn sentences_changed_by_chance_have_an_outcome(
        first in 0..300_usize,
        second in 0..300_usize,
        cut in 0..40_usize,
        put in "[0-9hg:/.\\-–' ()+,…TtđáạễPp]{0,4}",
        at_year in 1950..2100_i16,
    ) {
        let all = sentences();
        let (a, b) = (&all[first % all.len()], &all[second % all.len()]);
        let head: String = a.chars().take(cut).collect();
        let tail: String = b.chars().skip(cut / 2).collect();
        let text = format!("{head}{put}{tail}");
        let now = now().with().year(at_year).build().unwrap();
        assert_sane(&text, &understand(&text, &now), &now);
    }

    #[test]
    fn words_in_any_order_have_an_outcome(words in prop::collection::vec(prop::sample::select(VOCABULARY), 0..12)) {
        let text = words.join(" ");
        assert_sane(&text, &understand(&text, &now()), &now());
    }

    #[test]
    fn a_printed_window_is_understood_as_the_same(
        start in 946_684_800_000_000_000_i128..1_893_456_000_000_000_000,
        step in prop::sample::select(vec![1_i128, 1_000, 1_000_000_000, 60_000_000_000]),
        length in 0..2_592_000_000_000_000_i128,
        new_york in any::<bool>(),
    ) {
        let zone = TimeZone::get(if new_york { "America/New_York" } else { "Asia/Ho_Chi_Minh" }).unwrap();
        let whole = |nanos: i128| Timestamp::from_nanosecond(nanos / step * step).unwrap();
        let window = Span::new(TrueTime(whole(start)), TrueTime(whole(start + length)));
        let now = window.end.0.checked_add(jiff::SignedDuration::from_secs(1)).unwrap().to_zoned(zone.clone());
        let text = print(window, &zone);
        let got = understand(&text, &now);
        prop_assert_eq!(got.readings.len(), 1, "{}: {:?}", text, got);
        prop_assert_eq!(got.readings[0].window, window, "{}", text);
        prop_assert!(got.readings[0].confidence > 0.8 && got.places.is_empty(), "{}: {:?}", text, got);
    }
}

/// Words that mean something here, to be thrown together.
const VOCABULARY: &[&str] = &[
    "từ",
    "đến",
    "giữa",
    "và",
    "khoảng",
    "hơn",
    "gần",
    "trước",
    "sau",
    "21h15",
    "9",
    "giờ",
    "kém",
    "rưỡi",
    "15/7",
    "ngày",
    "14",
    "tháng",
    "thứ",
    "6",
    "T7",
    "CN",
    "tuần",
    "tối",
    "đêm",
    "sáng",
    "rạng",
    "qua",
    "nay",
    "hôm",
    "mùng",
    "2",
    "Tết",
    "rằm",
    "âm",
    "lịch",
    "cách đây",
    "tiếng",
    "phút",
    "nửa",
    "-",
    "–",
    ",",
    "(",
    ")",
    "24h",
    "0h",
    "31",
    "30/2",
    "2023",
    "năm",
    "ngoái",
    "last",
    "night",
    "to",
    "at",
    "pm",
    "half",
    "past",
    "July",
    "ngõ",
    "Km",
    "+",
    "giao thừa",
    "cuối",
    "cùng ngày",
    "hôm sau",
    "đến nay",
    "UTC+07:00",
    "12h",
];

#[test]
fn a_time_that_the_clock_shows_twice_is_printed_with_its_offset() {
    let zone = TimeZone::get("America/New_York").unwrap();
    let start: Timestamp = "2025-11-02T06:30:00Z".parse().unwrap();
    let window = Span::new(TrueTime(start), TrueTime("2025-11-02T06:45:00Z".parse().unwrap()));
    let text = print(window, &zone);
    assert_eq!(text, "từ 01:30 UTC-05:00 ngày 2/11/2025 đến 01:45 UTC-05:00 ngày 2/11/2025");
    let now = "2025-12-01T00:00:00Z".parse::<Timestamp>().unwrap().to_zoned(zone);
    assert_eq!(understand(&text, &now).readings[0].window, window);
}
