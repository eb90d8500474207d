//! One search of a sentence: the window of its chosen reading as the kind of incident widens it, and the place.

use jiff::civil::Time;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use super::around::{Around, around, at_spot, only};
use super::kinds::{Kind, Kinds, Mode};
use super::sentence::{Sentence, understand};
use crate::base::{Error, Kind as ErrorKind, Result, Said};
use crate::config::Site;
use crate::model::{Point, Span, TrueTime, Window};
use crate::phrase::{Reading, Understanding};
use crate::place::Atlas;
use crate::say;
use crate::search::{Ask, moments};

/// From here on the answer is moments, where the kind of incident does not say otherwise: nobody reads so many files.
const LONG_US: i64 = 3 * 3_600_000_000;
/// Below this the first reading is only one of several.
const SURE: f64 = 0.6;

/// What somebody asks.
#[derive(Clone, Debug, Default)]
pub struct Question<'a> {
    /// The sentence.
    pub phrase: &'a str,
    /// The kind of incident, by its id or a name.
    pub kind: Option<&'a str>,
    /// Which reading of the sentence, from 1; the first where none is chosen.
    pub reading: Option<usize>,
    /// How far around the place, metres.
    pub radius_m: Option<f64>,
    /// What the answer is made of, where not as the kind says.
    pub mode: Option<Mode>,
    /// The present.
    pub now: Timestamp,
    /// When, in the place of what the sentence says.
    pub window: Option<Window>,
    /// Where, in the place of what the sentence says.
    pub at: Option<Spot>,
    /// Only these cameras; all of them, however far they are, where no radius is told.
    pub cameras: Option<Vec<String>>,
}

/// A place that was pointed at.
#[derive(Clone, Debug, PartialEq)]
pub struct Spot {
    /// Where.
    pub at: Point,
    /// What it is called.
    pub name: Option<String>,
}

/// What is going to be searched.
#[derive(Clone, Debug)]
pub struct Plan {
    /// What was understood.
    pub sentence: Sentence,
    /// The kind of incident.
    pub kind: Kind,
    /// Which reading is searched for; none where it cannot be searched for.
    pub window: Option<Window>,
    /// Where.
    pub around: Around,
    /// What the answer is made of.
    pub mode: Mode,
    /// Why nothing is searched for.
    pub refused: Option<Said>,
    /// What the user should know.
    pub notes: Vec<Said>,
    /// The present.
    pub now: Timestamp,
}

impl Plan {
    /// The question for a search; none where it was refused.
    pub fn ask(&self) -> Option<Ask> {
        let Around { at, shape, radius_m, name, cameras } = self.around.clone();
        let window = self.window?;
        Some(Ask { window, at, shape, radius_m, place: name, cameras, now: self.now })
    }
}

/// Understands a question.
///
/// # Errors
/// [`Usage`](ErrorKind::Usage) for a kind of incident or a reading that there is not. A sentence that cannot be searched for is a plan
/// that says why.
pub fn plan(site: &Site, atlas: &Atlas, kinds: &Kinds, question: &Question<'_>) -> Result<Plan> {
    let kind = match question.kind {
        Some(word) => kinds.find(word)?,
        None => kinds.usual()?,
    };
    let sentence = understand(atlas, question.phrase, &question.now.to_zoned(site.zone.clone()));
    let (mut around, mut notes) = match &question.at {
        Some(spot) => at_spot(site, spot, question.radius_m, kind.radius_m),
        None => {
            let (around, mut notes) = around(site, &sentence, question.radius_m, kind.radius_m);
            notes.extend(unread(&sentence, &around));
            (around, notes)
        }
    };
    if let Some(named) = &question.cameras {
        only(site, &mut around, named, question.radius_m);
    }
    let refused = match question.window {
        Some(_) => None,
        None => refusal(&sentence.understood),
    };
    let chosen = question.reading.unwrap_or(1).checked_sub(1);
    let readings = &sentence.understood.readings;
    let reading = chosen.and_then(|n| readings.get(n));
    if let (None, Some(number), None, None) = (reading, question.reading, &refused, question.window) {
        let count = readings.len();
        return Err(Error::new(
            ErrorKind::Usage,
            say!(
                "--reading {number}: câu này có {count} cách hiểu, đánh số từ 1",
                "--reading {number}: the sentence has {count} readings, numbered from 1"
            ),
        ));
    }
    let mut window = question.window;
    if let (Some(reading), None, None) = (reading, &refused, question.window) {
        let unsure = reading.confidence < SURE || readings.len() > 1 && reading.confidence < 0.9;
        if unsure && question.reading.is_none() {
            notes.push(say!(
                "câu này có thể hiểu nhiều cách; đang dùng cách đầu tiên",
                "the sentence can be understood in several ways; the first is used"
            ));
        }
        let (widened, note) = widen(reading, kind, question.kind.is_some(), &site.zone);
        notes.extend(note);
        window = Some(widened);
    }
    if question.kind.is_none() {
        notes.extend(kinds.told_in(&sentence.rest).map(|kind| {
            let (id, Said { vi, en }) = (&kind.id, &kind.name);
            say!("nếu là {vi}: thêm --kind {id}", "if it is about {en}: add --kind {id}")
        }));
    }
    let long = window.is_some_and(|window| window.micros() >= LONG_US);
    let mode = match (question.mode, kind.mode) {
        (Some(mode), _) => mode,
        (None, Mode::Files) if long => Mode::Moments,
        (None, mode) => mode,
    };
    let mode = match window {
        // Nobody asked for them by name: the files are an answer too.
        Some(window) if question.mode.is_none() && window.micros() > moments::LONGEST_US => {
            let days = moments::LONGEST_US / 86_400_000_000;
            notes.push(say!(
                "khoảng này dài hơn {days} ngày: chỉ nêu có ghi hay không; hỏi khoảng ngắn hơn để xem từng lúc",
                "longer than {days} days: only what is recorded is told; ask for less to see what stands out"
            ));
            Mode::Files
        }
        _ => mode,
    };
    Ok(Plan { kind: kind.clone(), window, around, mode, refused, notes, now: question.now, sentence })
}

/// The window of a reading as the kind of incident has it: around a point in time at least as far as the kind says, and of a
/// day of which no hour was told the hours of the kind. Only where somebody named the kind.
fn widen(reading: &Reading, kind: &Kind, named: bool, zone: &TimeZone) -> (Window, Option<Said>) {
    let window = reading.window;
    if !named {
        return (window, None);
    }
    if let Some(padding) = reading.padding {
        let more = |kinds: jiff::SignedDuration, own_min: i64| {
            let more_us = kinds.as_micros().saturating_sub(i128::from(own_min) * 60_000_000);
            i64::try_from(more_us.max(0)).unwrap_or(0)
        };
        let (before_us, after_us) = (more(kind.before, padding.before_min), more(kind.after, padding.after_min));
        return (Span::new(window.start.plus_micros(-before_us), window.end.plus_micros(after_us)), None);
    }
    let start = window.start.0.to_zoned(zone.clone());
    let whole_day = start.time() == Time::midnight()
        && start.date().tomorrow().ok().and_then(|day| day.to_zoned(zone.clone()).ok()).map(|day| day.timestamp())
            == Some(window.end.0);
    if !whole_day || kind.part == (0..1440) {
        return (window, None);
    }
    // On the clock, not after midnight: on the day of a clock change that is not the same.
    let midnight = start.date().to_datetime(Time::midnight());
    let at = |minute: u16| midnight.checked_add(i64::from(minute).minutes()).ok()?.to_zoned(zone.clone()).ok();
    match (at(kind.part.start), at(kind.part.end)) {
        (Some(from), Some(to)) => {
            let Said { vi, en } = &kind.name;
            let hours = format!("{}–{}", from.strftime("%H:%M"), to.strftime("%H:%M"));
            let note = say!(
                "câu chỉ nói ngày: với {vi}, xét {hours}; nêu giờ để xét giờ khác",
                "only a day is told: for {en}, {hours} is looked at; tell an hour for another"
            );
            (Span::new(TrueTime(from.timestamp()), TrueTime(to.timestamp())), Some(note))
        }
        _ => (window, None),
    }
}

/// Why nothing can be searched for.
fn refusal(understood: &Understanding) -> Option<Said> {
    if let Some(refused) = &understood.refused {
        return Some(refused.say());
    }
    understood.readings.is_empty().then(|| {
        say!(
            "câu này không nói lúc nào; thêm ngày giờ, như \"21h15 tối qua\"",
            "the sentence tells no time; add a day and an hour, such as \"9:15 pm last night\""
        )
    })
}

/// Words that told nothing.
fn unread(sentence: &Sentence, around: &Around) -> Option<Said> {
    let told = |at: &std::ops::Range<usize>| {
        sentence.places.iter().any(|place| place.span.start < at.end && at.start < place.span.end)
    };
    let words = sentence.understood.places.iter().filter(|words| !told(&words.at));
    let words: Vec<&str> = words.map(|words| words.text.as_str()).collect();
    let words = words.join(" · ");
    (!words.is_empty() && around.cameras.is_none()).then(|| say!("không hiểu: {words}", "not understood: {words}"))
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::sync::LazyLock;

    use proptest::prelude::*;

    use super::*;
    use crate::place::Gazetteer;
    use crate::place::source::Sources;

    const SITE: &str = "[site]\nname = \"x\"\n\
        [[camera]]\nid = \"a\"\nname = \"Cổng chợ\"\nlat = 18.0735\nlon = 106.2962\nfootage = \"/srv/a\"\n";
    const PLACES: &str = "name\tkind\tlat\tlon\n\
        ngã ba Việt Lào\tnut_giao\t18.0735\t106.2962\nchợ Kỳ Anh\tcho\t18.077\t106.2975\nđường Trần Phú\tduong\t\t\n\
        chợ Đồng Xuân\tcho\t21.0382\t105.8497\ntrường A\ttruong\t18.07\t106.29\ntrường B\ttruong\t18.08\t106.29\n";

    static TOWN: LazyLock<(Site, Atlas)> = LazyLock::new(|| {
        let site = Site::parse(Path::new("/srv/site.toml"), SITE).unwrap();
        let mut gazetteer = Gazetteer::default();
        gazetteer.add("x", PLACES).unwrap();
        let atlas = Atlas::new(gazetteer, Sources::default(), super::super::around::middle(&site.cameras));
        (site, atlas)
    });

    fn planned(phrase: &str) -> Plan {
        let now = "2023-07-16T08:30:00+07:00".parse().unwrap();
        let question = Question { phrase, now, ..Question::default() };
        plan(&TOWN.0, &TOWN.1, &Kinds::builtin().unwrap(), &question).unwrap()
    }

    fn notes(phrase: &str) -> String {
        planned(phrase).notes.iter().map(|note| note.vi.as_str()).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn what_is_doubtful_about_a_place_is_said() {
        for (phrase, says) in [
            ("21h tối qua chợ Đồng Xuân", "cách camera gần nhất 332 km"),
            ("21h tối qua ở 48.8584, 2.2945", "km, có thể không phải nơi cần tìm"),
            ("21h tối qua trường", "\"trường\" chưa đủ rõ; có thể là: trường A, trường B"),
            ("21h tối qua https://maps.app.goo.gl/xYz", "liên kết rút gọn không chứa tọa độ"),
            ("21h tối qua Km 565+800 QL1A", "chưa có tọa độ: không tính được"),
            ("21h tối qua đường Trần Phú", "địa điểm \"đường Trần Phú\" chưa có tọa độ"),
            ("21h tối qua chợ Kỳ Anh và ngã ba Việt Lào", "câu nêu nhiều nơi"),
            ("9h sáng 12/7 và 9h sáng 13/7 chợ Kỳ Anh", "có thể hiểu nhiều cách"),
            ("21h tối qua", "không rõ nơi nào"),
            ("21h tối qua chợ Kỳ Anh, vụ cháy nhà", "--kind chay"),
        ] {
            assert!(notes(phrase).contains(says), "{phrase}: {}", notes(phrase));
        }
        assert_eq!(notes("21h tối qua chợ Kỳ Anh"), "");
    }

    #[test]
    fn who_runs_away_is_no_fire() {
        let said = notes("21h tối qua ngã ba Việt Lào, hai xe va chạm, một xe bỏ chạy");
        assert!(said.contains("--kind tai-nan") && !said.contains("--kind chay"), "{said}");
    }

    #[test]
    fn a_stretch_is_not_broken_by_the_word_between_its_ends() {
        let plan = planned("đêm 14/7 từ ngã ba Việt Lào đến chợ Kỳ Anh");
        assert_eq!(plan.around.name.as_deref(), Some("ngã ba Việt Lào → chợ Kỳ Anh"));
    }

    #[test]
    fn a_sentence_without_a_time_says_what_to_add() {
        for phrase in ["chợ Kỳ Anh", "", "???", "'; DROP TABLE recording; --", "\u{0}\u{7}\u{202e}"] {
            let plan = planned(phrase);
            let said = plan.refused.unwrap_or_else(|| panic!("{phrase}"));
            assert!(plan.window.is_none() && said.vi.contains("như \""), "{phrase}: {said:?}");
        }
        assert!(planned(&"chợ ".repeat(3_000)).refused.is_some());
    }

    fn changed(phrase: &str, change: impl FnOnce(&mut Question<'_>)) -> Plan {
        let now = "2023-07-16T08:30:00+07:00".parse().unwrap();
        let mut question = Question { phrase, now, ..Question::default() };
        change(&mut question);
        plan(&TOWN.0, &TOWN.1, &Kinds::builtin().unwrap(), &question).unwrap()
    }

    fn window(start: &str, end: &str) -> Window {
        Span::new(TrueTime(start.parse().unwrap()), TrueTime(end.parse().unwrap()))
    }

    #[test]
    fn a_window_that_was_edited_is_searched_as_it_is_whatever_the_sentence_says() {
        let edited = window("2023-07-14T13:00:00Z", "2023-07-14T13:10:00Z");
        for phrase in [
            "21h tối qua chợ Kỳ Anh",
            "chợ Kỳ Anh",
            "30/2 chợ Kỳ Anh",
            "ngày mai chợ Kỳ Anh",
            "9h sáng 12/7 và 9h sáng 13/7 chợ Kỳ Anh",
        ] {
            let plan = changed(phrase, |question| {
                question.window = Some(edited);
                question.kind = Some("chay");
                question.reading = Some(7);
            });
            assert_eq!((plan.window, &plan.refused), (Some(edited), &None), "{phrase}");
            assert_eq!(plan.around.name.as_deref(), Some("chợ Kỳ Anh"), "{phrase}: the place is the sentence's");
            assert!(!plan.notes.iter().any(|note| note.vi.contains("nhiều cách")), "{phrase}: {:?}", plan.notes);
        }
    }

    #[test]
    fn a_place_that_was_edited_takes_the_place_of_the_sentences() {
        let at = Point { lat: 18.074, lon: 106.297 };
        let pointed = |name: Option<&str>| Some(Spot { at, name: name.map(str::to_owned) });
        let plan = changed("21h tối qua chợ Đồng Xuân", |question| question.at = pointed(Some("điểm đã chọn")));
        assert_eq!((plan.around.at, plan.around.name.as_deref()), (at, Some("điểm đã chọn")));
        assert_eq!((&plan.around.shape, &plan.around.cameras, plan.notes.len()), (&None, &None, 0), "{:?}", plan.notes);
        assert_eq!(plan.window, changed("21h tối qua", |_| ()).window, "the time is the sentence's");
        let near = changed("21h tối qua", |question| {
            question.at = pointed(None);
            question.radius_m = Some(40.0);
        });
        assert_eq!((near.around.radius_m, near.around.name), (40.0, None));
        let paris = changed("21h tối qua", |question| {
            question.at = Some(Spot { at: Point { lat: 48.8584, lon: 2.2945 }, name: None })
        });
        assert!(paris.notes.iter().any(|note| note.vi.contains("có thể không phải nơi cần tìm")), "{:?}", paris.notes);
    }

    #[test]
    fn nothing_need_be_said_where_time_and_place_are_pointed_at() {
        let plan = changed("", |question| {
            question.window = Some(window("2023-07-14T13:00:00Z", "2023-07-14T13:10:00Z"));
            question.at = Some(Spot { at: Point { lat: 18.074, lon: 106.297 }, name: None });
        });
        assert!(plan.refused.is_none() && plan.notes.is_empty() && plan.ask().is_some(), "{:?}", plan.notes);
        assert!(changed("", |_| ()).refused.is_some());
    }

    #[test]
    fn cameras_that_were_chosen_are_in_the_answer_however_far_they_are() {
        let named = Some(vec!["a".to_owned()]);
        let far = changed("21h tối qua chợ Đồng Xuân", |question| question.cameras = named.clone());
        assert!(far.around.cameras == named && far.around.radius_m > 300_000.0, "{:?}", far.around);
        let near = changed("21h tối qua chợ Đồng Xuân", |question| {
            question.cameras = named.clone();
            question.radius_m = Some(50.0);
        });
        assert!(near.around.cameras == named && near.around.radius_m == 50.0, "{:?}", near.around);
        let none = changed("21h tối qua", |question| question.cameras = Some(Vec::new()));
        assert_eq!(none.around.cameras, Some(Vec::new()));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(256))]

        #[test]
        fn every_text_has_a_plan(text in any::<String>()) {
            planned(&text);
        }

        #[test]
        fn words_in_any_order_have_a_plan(words in prop::collection::vec(prop::sample::select(vec![
            "21h15", "tối qua", "ngã ba", "Việt Lào", "chợ", "Kỳ Anh", "Trần Phú", "-", ",", "đến", "từ", "12", "15/7", "Km 565+800",
            "18.0735", "106.2962", "N", "E", "°", "'", "giao", "số", "TDP", "&", "\u{301}", "QL1A", "geo:", "7PC837FW+CF", "độ", "kém",
        ]), 0..12)) {
            let plan = planned(&words.join(" "));
            prop_assert!(plan.window.is_none_or(|window| window.start.0 <= plan.now));
            prop_assert!(plan.around.at.lat.abs() <= 90.0 && plan.around.radius_m >= 0.0);
        }
    }
}
