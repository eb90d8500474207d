//! What a user gets for sentences that are not simply right: a clear outcome each.

use jiff::Zoned;

use super::super::{LONGEST, Refusal, Understanding, understand};
use crate::base::Lang;

fn now() -> Zoned {
    "2023-07-16T08:30:00+07:00[Asia/Ho_Chi_Minh]".parse().unwrap()
}

fn of(text: &str) -> Understanding {
    understand(text, &now())
}

fn refusal(text: &str) -> &'static str {
    of(text).refused.map_or("none", |refusal| refusal.code())
}

#[test]
fn bad_input_has_a_clear_outcome() {
    assert_eq!(refusal(""), "empty");
    assert_eq!(refusal(" \t\n\u{0}\u{7}…!?"), "empty");
    assert_eq!(refusal(&"21h tối qua ".repeat(900)), "too_long");
    assert_eq!(of(&"x ".repeat(LONGEST / 2)).refused, None);
    assert_eq!(refusal("31/6 lúc 8h TDP 1"), "no_such_date");
    assert_eq!(refusal("25h ngày 15/7"), "no_such_time");
    assert_eq!(refusal("8h75"), "no_such_time");
    assert_eq!(refusal("tối mai"), "future");
    assert_eq!(refusal("22h tối nay"), "future");
    assert_eq!(refusal("năm 2020"), "too_wide");
    assert_eq!(refusal("từ khi triển khai Nghị quyết 04 đến nay"), "unclear");
    assert_eq!(refusal("từ 10/7/2023 đến 8/7/2023"), "reversed");
    for text in
        ["'; DROP TABLE phrases; --", "<script>alert(1)</script>", "$(rm -rf /)", "{{7*7}} %s %n", "../../etc/passwd"]
    {
        let got = of(text);
        assert!(got.readings.is_empty() && got.refused.is_none() && got.note.is_some(), "{text}: {got:?}");
    }
    assert!(!of("9h tối qua'; DROP TABLE phrases; --").readings.is_empty());
}

#[test]
fn every_refusal_speaks_both_languages_and_quotes_what_it_refuses() {
    for text in ["", "31/6", "25h", "tối mai", "năm 2020", "từ khi đó đến nay", "từ 10/7/2023 đến 8/7/2023"]
    {
        let said = of(text).refused.unwrap().say();
        assert!(said.vi != said.en && !said.in_lang(Lang::Vi).is_empty(), "{said:?}");
    }
    assert_eq!(of("31/6 lúc 8h").refused, Some(Refusal::NoSuchDate("31/6".to_owned())));
}

#[test]
fn a_place_alone_tells_no_time_and_a_time_alone_is_enough() {
    let place = of("ngã ba Việt Lào");
    assert!(place.readings.is_empty() && place.refused.is_none() && place.note.is_some());
    assert_eq!(place.places[0].text, "ngã ba Việt Lào");
    let time = of("khoảng 21h15 tối qua");
    assert!(time.readings.len() == 1 && time.places.is_empty());
}

#[test]
fn the_words_of_time_and_place_are_parted() {
    let got = of("đường Lê Đại Hành, khoảng 21h15 tối qua gần cầu Trí, hai xe va chạm");
    assert_eq!(got.readings[0].time_text, "khoảng 21h15 tối qua");
    let places: Vec<&str> = got.places.iter().map(|p| p.text.as_str()).collect();
    assert_eq!(places, ["đường Lê Đại Hành", "cầu Trí", "hai xe va chạm"]);
    let got = of("9h tối ngã ba Việt Lào hôm qua");
    assert_eq!(got.readings[0].time_text, "9h tối … hôm qua");
    assert_eq!(got.places[0].text, "ngã ba Việt Lào");
}

#[test]
fn what_is_ambiguous_is_offered_and_never_sure() {
    for text in [
        "9h",
        "9h ngày 15/7",
        "12h đêm 15/7",
        "chủ nhật",
        "2h đêm 14/7",
        "mùng 5 tháng 6",
        "tối 14/7 tối thứ 7",
        "hôm trước",
        "9h chiều qua",
    ] {
        let got = of(text);
        assert!(got.readings.len() > 1 && got.note.is_some(), "{text}: {got:?}");
        assert!(got.readings[0].confidence < 0.75, "{text}: {}", got.readings[0].confidence);
    }
}

#[test]
fn two_dates_that_contradict_each_other_are_both_shown_and_neither_believed() {
    let got = of("21h thứ 6 ngày 15/7");
    assert!(got.readings.len() == 2 && got.readings.iter().all(|r| r.confidence < 0.5), "{got:?}");
    assert!(got.readings[0].why.en.contains("contradict"));
}

#[test]
fn nothing_yet_to_come_is_searched_in_silence() {
    let got = of("sáng nay");
    assert_eq!(got.readings[0].window.end.0, now().timestamp());
    assert!(got.readings[0].why.en.contains("yet to come"));
    let last_year = of("tối 20/12");
    assert!(last_year.readings[0].why.vi.contains("năm nay chưa tới"), "{last_year:?}");
}

#[test]
fn the_padding_and_the_reason_are_told() {
    let got = of("khoảng 21h15 tối qua");
    let padding = got.readings[0].padding.unwrap();
    assert_eq!((padding.before_min, padding.after_min), (15, 15));
    assert_eq!(got.readings[0].why.vi, "thứ bảy 15/7/2023: hôm qua; ±15 phút vì nói khoảng");
}

#[test]
fn composed_and_decomposed_sentences_mean_the_same() {
    use unicode_normalization::UnicodeNormalization;
    for text in
        ["khoảng 21h15 tối qua, ngã ba Việt Lào", "đêm 14 rạng sáng 15/7", "mùng 2 Tết", "5h kém 10 chiều hôm qua"]
    {
        let (nfc, nfd) = (of(&text.nfc().collect::<String>()), of(&text.nfd().collect::<String>()));
        let windows = |u: &Understanding| u.readings.iter().map(|r| r.window).collect::<Vec<_>>();
        assert!(!nfc.readings.is_empty());
        assert_eq!(windows(&nfc), windows(&nfd), "{text}");
    }
}

#[test]
fn what_is_not_understood_beside_a_time_takes_its_certainty() {
    for text in ["15/7 21 15 chợ", "giờ này hôm qua", "mỗi tối hôm qua"] {
        let got = of(text);
        assert!(
            got.readings[0].confidence < 0.6 && got.readings[0].why.en.contains("not understood"),
            "{text}: {got:?}"
        );
    }
}

#[test]
fn a_solar_new_year_is_no_lunar_one() {
    let first = |text: &str| of(text).readings[0].window.start.0.to_string();
    assert_eq!(first("sáng mùng 1 Tết dương lịch"), "2022-12-31T22:00:00Z");
    assert_eq!(first("sáng mùng 1 Tết"), "2023-01-21T22:00:00Z");
}

#[test]
fn after_working_hours_is_not_six_o_clock() {
    let got = of("sau giờ làm việc chiều qua");
    assert!(got.readings[0].padding.is_none(), "{got:?}");
}

#[test]
fn days_that_share_a_month_are_two_days() {
    let got = of("đêm 13, 14/7");
    assert!(got.readings.len() == 2 && !got.readings[0].why.en.contains("contradict"), "{got:?}");
}
