//! Random paths: reading never fails, a written time is read back, digits alone are never trusted.

use jiff::civil::DateTime;
use proptest::prelude::*;

use super::*;

/// A time with an end a little later, between 2015 and 2032, to the second.
fn times() -> impl Strategy<Value = (DateTime, DateTime)> {
    (1_420_070_400i64..1_956_000_000, 1i64..3_000).prop_map(|(start, length)| {
        let civil = |second| jiff::tz::Offset::UTC.to_datetime(Timestamp::from_second(second).unwrap());
        (civil(start), civil(start + length))
    })
}

/// Writes a layout's form for a time that its digits show: tokens become digits, everything else stays.
fn write(form: &str, start: DateTime, end: DateTime, epoch: impl Fn(DateTime) -> i64) -> String {
    let mut out = String::new();
    let mut rest = form;
    while let Some((before, after)) = rest.split_once('{') {
        let (token, after) = after.split_once('}').unwrap();
        let token = token.strip_prefix("check.").unwrap_or(token);
        let (at, token) = token.strip_prefix("end.").map_or((start, token), |token| (end, token));
        out.push_str(before);
        out.push_str(&match token {
            "Y" => format!("{:04}", at.year()),
            "y" => format!("{:02}", at.year() % 100),
            "m" => format!("{:02}", at.month()),
            "b" => at.strftime("%b").to_string(),
            "d" => format!("{:02}", at.day()),
            "H" => format!("{:02}", at.hour()),
            "M" => format!("{:02}", at.minute()),
            "S" => format!("{:02}", at.second()),
            "channel" => "03".to_owned(),
            "epoch" => epoch(at).to_string(),
            other => panic!("no form writes {{{other}}}"),
        });
        rest = after;
    }
    out + rest
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn reading_is_total(path in "\\PC{0,80}", deep in "([0-9]{1,14}[-_./ TZ:+]){0,12}(mp4|dav|jpg)?") {
        for path in [path, deep] {
            let reading = LAYOUTS.read(&path, &HERE, None);
            prop_assert!(reading.uncertainty_s >= 0.0);
            prop_assert_eq!(reading.start.is_some() && reading.layout.is_none(), false);
            if let (Some(start), Some(end)) = (reading.start, reading.end) {
                prop_assert!(start <= end);
            }
            let _ = (reading.claim(), LAYOUTS.is_ignored(&path));
        }
    }

    #[test]
    fn a_time_written_in_a_layouts_own_form_is_read_back((start, end) in times()) {
        // A zone without daylight saving, so that every civil time is one instant.
        let zone = zone("Asia/Tokyo");
        for layout in LAYOUTS.all().iter().filter(|layout| layout.form.is_some()) {
            let form = layout.form.clone().unwrap();
            let digits = match layout.basis {
                Digits::Utc | Digits::Epoch => TimeZone::UTC,
                _ => zone.clone(),
            };
            let epoch = |at: DateTime| at.to_zoned(digits.clone()).unwrap().timestamp().as_second();
            let path = write(&form, start, end, epoch);
            // What a form leaves open is not held: a form to the minute or the day, a fixed hour.
            let reading = LAYOUTS.read(&path, &zone, Some(&layout.id));
            prop_assert_eq!(reading.layout.as_deref(), Some(layout.id.as_str()), "{}", path);
            let told = |token: &str| form.contains(token);
            if told("{channel}") {
                prop_assert_eq!(reading.channel, Some(3), "{}", path);
            }
            let exact = told("{epoch}") || (told("{H}") && told("{S}"));
            if exact && layout.basis != Digits::Offset {
                let got = reading.start.map(|start| start.0.as_second());
                prop_assert_eq!(got, Some(epoch(start)), "{}", path);
                if told("{end.S}") {
                    prop_assert_eq!(reading.end.map(|end| end.0.as_second()), Some(epoch(end)), "{}", path);
                }
            }
            // By itself, no other layout may tell the same path another time without a doubt.
            let auto = LAYOUTS.read(&path, &zone, None);
            if exact && auto.doubts.is_empty() && reading.doubts.is_empty() {
                let apart = |a: Option<CameraTime>, b: Option<CameraTime>| {
                    a.zip(b).map(|(a, b)| a.0.as_second() - b.0.as_second())
                };
                prop_assert_eq!(apart(auto.start, reading.start), Some(0), "{} read as {:?}", path, auto.layout);
            }
        }
    }

    #[test]
    fn a_damaged_path_is_read_without_harm(
        pick in any::<prop::sample::Index>(),
        (start, end) in times(),
        hurts in prop::collection::vec((any::<prop::sample::Index>(), 0..4u8, any::<char>()), 1..6),
    ) {
        let forms: Vec<&str> = LAYOUTS.all().iter().filter_map(|layout| layout.form.as_deref()).collect();
        let path = write(forms[pick.index(forms.len())], start, end, |at| {
            at.to_zoned(TimeZone::UTC).unwrap().timestamp().as_second()
        });
        let mut chars: Vec<char> = path.chars().collect();
        for (place, how, other) in hurts {
            let at = place.index(chars.len().max(1));
            match how {
                0 if at < chars.len() => drop(chars.remove(at)),
                1 => chars.insert(at.min(chars.len()), other),
                2 => chars.truncate(at),
                _ if at < chars.len() => chars[at] = char::from(b'0' + (other as u32 % 10) as u8),
                _ => {}
            }
        }
        let path: String = chars.into_iter().collect();
        for zone in [&*HERE, &zone("Europe/Berlin")] {
            let reading = LAYOUTS.read(&path, zone, None);
            prop_assert!(reading.uncertainty_s >= 0.0);
            if let (Some(start), Some(end)) = (reading.start, reading.end) {
                prop_assert!(start <= end, "{} {:?}", path, reading);
            }
            if let Some(within) = reading.within {
                prop_assert!(within.start < within.end, "{} {:?}", path, reading);
            }
            prop_assert!(reading.claim().is_none_or(|claim| claim.start.0.as_second() > 1_100_000_000), "{}", path);
        }
    }

    #[test]
    fn digits_without_a_full_date_are_never_undoubted(
        parts in prop::collection::vec(("[0-9]{1,7}", "[-_. x]"), 1..4),
        word in "[g-su-y]{0,5}",
    ) {
        // Fewer than eight digits in a row and no sign between that would make a date of them.
        let soup: String = parts.iter().map(|(digits, _)| digits.clone() + "x").collect();
        let reading = LAYOUTS.read(&format!("{word}{soup}.mp4"), &HERE, None);
        prop_assert!(reading.start.is_none() || !reading.doubts.is_empty(), "{:?}", reading);
        let spaced: String = parts.iter().map(|(digits, sign)| format!("{digits}{sign}")).collect();
        let reading = LAYOUTS.read(&format!("{word}{spaced}{word}.mp4"), &HERE, None);
        if reading.start.is_some() && reading.doubts.is_empty() {
            let digits: String = spaced.chars().filter(char::is_ascii_digit).collect();
            prop_assert!(digits.len() >= 12, "{spaced} {reading:?}");
        }
    }
}
