//! A trace as data: what was seen of somebody, what was looked at and not seen, and the numbers that the model of movement goes by.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::time::{CameraSpan, CameraTime, TrueTime, Window};

/// What somebody moves by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Mover {
    /// On foot.
    Foot,
    /// By bicycle.
    Bicycle,
    /// By motorbike.
    Motorbike,
    /// By car.
    Car,
    /// By truck.
    Truck,
}

impl Mover {
    /// Every kind, for tables and tests.
    pub const ALL: [Mover; 5] = [Mover::Foot, Mover::Bicycle, Mover::Motorbike, Mover::Car, Mover::Truck];

    /// The word used in JSON, in the store and at the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Mover::Foot => "foot",
            Mover::Bicycle => "bicycle",
            Mover::Motorbike => "motorbike",
            Mover::Car => "car",
            Mover::Truck => "truck",
        }
    }

    /// The inverse of [`Mover::as_str`].
    pub fn from_word(word: &str) -> Option<Mover> {
        Mover::ALL.into_iter().find(|mover| mover.as_str() == word)
    }
}

/// How sure somebody is that it was who is traced. Their own word: nothing is reckoned with it, and it is never made up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Confidence {
    /// It was it.
    Certain,
    /// It was very likely it.
    Probable,
    /// It may have been it.
    Possible,
}

impl Confidence {
    /// Every one, the surest first.
    pub const ALL: [Confidence; 3] = [Confidence::Certain, Confidence::Probable, Confidence::Possible];

    /// The word used in JSON, in files and at the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Confidence::Certain => "certain",
            Confidence::Probable => "probable",
            Confidence::Possible => "possible",
        }
    }

    /// The inverse of [`Confidence::as_str`].
    pub fn from_word(word: &str) -> Option<Confidence> {
        Confidence::ALL.into_iter().find(|confidence| confidence.as_str() == word)
    }
}

/// Seen here at this time, by a person.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Sighting {
    /// The camera.
    pub camera: String,
    /// When: in the middle of what was seen.
    pub at: TrueTime,
    /// What the camera's own clock showed then: as it was read, else as its clock was known when it was entered. Entries of before this
    /// was kept have none.
    pub shown: Option<CameraTime>,
    /// Whether the camera had footage of that time when it was entered: recorders overwrite it later. Entries of before this was kept have
    /// none.
    #[serde(default)]
    pub recorded: Option<bool>,
    /// Half-width of the interval that this lies in, seconds: of the reading and of the clock.
    pub uncertainty_s: f64,
    /// The direction in which it left, degrees clockwise from north, where told.
    pub leaving_deg: Option<f64>,
    /// The direction in which it was moving when it came, degrees clockwise from north, where told.
    pub arriving_deg: Option<f64>,
    /// How sure whoever saw it is; none where nobody said.
    pub confidence: Option<Confidence>,
    /// What was noted.
    pub note: Option<String>,
    /// Which still shows it: `RECORDING@PTS_US`, a recording's id and a presentation time on its file's timeline, microseconds.
    pub still: Option<String>,
    /// Why it is to stand although it contradicts something.
    pub despite: Option<String>,
}

/// What somebody who looked at a camera's window says of it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case", tag = "verdict")]
pub enum Verdict {
    /// It is not to be seen in what was watched.
    NotSeen {
        /// The share of the window that was really watched, 0 < s ≤ 1.
        share: f64,
    },
    /// The pictures do not tell: dark, blocked, too far.
    CannotSay,
    /// There are none.
    Gap,
}

impl Verdict {
    /// The word used in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Verdict::NotSeen { .. } => "not_seen",
            Verdict::CannotSay => "cannot_say",
            Verdict::Gap => "gap",
        }
    }
}

/// An answer about a window of one camera.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Looked {
    /// The camera.
    pub camera: String,
    /// What was asked about, true time.
    pub window: Window,
    /// What was answered.
    pub verdict: Verdict,
    /// What was noted.
    pub note: Option<String>,
    /// Why it stands although it contradicts a sighting.
    #[serde(default)]
    pub despite: Option<String>,
    /// What whoever answered could look at. Entries of before this was kept have none.
    #[serde(default)]
    pub own: Option<Own>,
}

/// A window by its camera's own clock: whatever becomes of footage and clock, that is what was looked at.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = OwnWindow)]
pub struct Own {
    /// All of the window, as the clock was known when it was answered.
    pub window: CameraSpan,
    /// What of it had footage then.
    pub recorded: Vec<CameraSpan>,
}

/// Something that was entered into a trace. None is ever changed or taken out; one that was undone is followed by its undoing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case", tag = "what")]
#[schema(as = TraceEntry)]
pub enum Entry {
    /// It was seen.
    Seen(Sighting),
    /// It was looked for.
    Looked(Looked),
    /// An earlier event no longer holds.
    Undone {
        /// That event's number.
        event: i64,
        /// Why, where told.
        reason: Option<String>,
    },
}

impl Entry {
    /// The camera that it is about; none for an undoing.
    pub fn camera(&self) -> Option<&str> {
        match self {
            Entry::Seen(sighting) => Some(&sighting.camera),
            Entry::Looked(looked) => Some(&looked.camera),
            Entry::Undone { .. } => None,
        }
    }
}

/// An entry with its number, and who made it when.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct TraceEvent {
    /// Its number, growing over all traces.
    pub id: i64,
    /// When, by our clock. (A sighting's own `at` stands beside it in the JSON.)
    pub entered_at: Timestamp,
    /// Who.
    pub by: String,
    /// What.
    #[serde(flatten)]
    pub entry: Entry,
}

/// A trace without its events.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct TraceHead {
    /// Its number.
    pub id: i64,
    /// The case number or reason that it serves.
    pub purpose: Option<String>,
    /// Whether it was begun at once without a case.
    pub emergency: bool,
    /// Who is traced, in words; empty where nobody said.
    pub title: String,
    /// What they move by.
    pub mover: Mover,
    /// When it was begun.
    pub made_at: Timestamp,
    /// By whom.
    pub made_by: String,
}

/// How fast something moves, and how far it usually goes.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pace {
    /// The median speed while moving on an ordinary street, km/h.
    pub median_kmh: f64,
    /// The spread of that from one to the next: standard deviation of its logarithm.
    pub spread: f64,
    /// No sighting may need more than this, km/h.
    pub top_kmh: f64,
    /// The mean length of a journey, km.
    pub journey_km: f64,
}

/// The numbers that the model goes by: `[trace]` of the site file. What they mean exactly stands in `src/trace/mod.rs`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TraceSettings {
    /// On foot. 4.8 km/h ± 26 %: Weidmann 1993 (1.34 m/s, deviation 0.26 m/s within, more between ages).
    pub foot: Pace,
    /// By bicycle.
    pub bicycle: Pace,
    /// By motorbike.
    pub motorbike: Pace,
    /// By car.
    pub car: Pace,
    /// By truck.
    pub truck: Pace,
    /// How much pace varies within one journey: standard deviation of the relative speed over [`TraceSettings::steady_s`].
    pub unsteady: f64,
    /// How long a pace is kept, seconds.
    pub steady_s: f64,
    /// Mean wait at a junction of those that ride or drive, seconds, and its standard deviation.
    pub wait_s: f64,
    /// See [`TraceSettings::wait_s`].
    pub wait_deviation_s: f64,
    /// Pauses and long ways round on a journey of the mean length; on a part of it, accordingly fewer.
    pub pauses: f64,
    /// Such a delay is this, seconds, and the length of the way itself, in the mean of both.
    pub pause_s: f64,
    /// How many families of routes are reckoned with, 1 to 64: more is finer and slower.
    pub routes: usize,
    /// How far people's idea of the shortest way differs from the map's: standard deviation of the logarithm of a street's cost.
    pub taste: f64,
    /// Share of journeys that do not go straight to where they end: they wander, or turn round.
    pub wander: f64,
    /// Chance that somebody turns round where they were seen, 0 to 1.
    pub turns_back: f64,
    /// How much longer than needed a journey is that does, as a share of its length.
    pub detour: f64,
    /// How little likely a journey ends soon: the exponent of the distance in Tanner's law of journeys (1961), 0 to 3.
    pub onward: f64,
    /// Chance that somebody who passes a camera is missed by who watches.
    pub miss: f64,
    /// A camera without a field of view is taken to see so far, metres …
    pub sees_m: f64,
    /// … and each road within that only with this chance, since it looks one way.
    pub sees_chance: f64,
    /// Error of a clock that was never checked, seconds.
    pub unchecked_s: f64,
    /// Where there are no roads: so much longer than the straight line is the way.
    pub straight_factor: f64,
    /// What it costs to open one more window, seconds of an officer's time.
    pub open_s: f64,
    /// How long after a sighting (or before it) somebody is looked for, minutes.
    pub horizon_min: f64,
}

impl TraceSettings {
    /// The numbers of a kind.
    pub fn pace(&self, mover: Mover) -> Pace {
        match mover {
            Mover::Foot => self.foot,
            Mover::Bicycle => self.bicycle,
            Mover::Motorbike => self.motorbike,
            Mover::Car => self.car,
            Mover::Truck => self.truck,
        }
    }
}

impl Default for TraceSettings {
    fn default() -> Self {
        let pace = |median_kmh, spread, top_kmh, journey_km| Pace { median_kmh, spread, top_kmh, journey_km };
        TraceSettings {
            foot: pace(4.8, 0.22, 25.0, 1.2),
            bicycle: pace(14.0, 0.25, 50.0, 3.0),
            motorbike: pace(27.0, 0.25, 120.0, 5.0),
            car: pace(26.0, 0.25, 150.0, 6.0),
            truck: pace(22.0, 0.25, 110.0, 8.0),
            unsteady: 0.3,
            steady_s: 30.0,
            wait_s: 2.5,
            wait_deviation_s: 7.0,
            pauses: 0.2,
            pause_s: 120.0,
            routes: 12,
            taste: 0.35,
            wander: 0.3,
            turns_back: 0.06,
            detour: 0.1,
            onward: 0.5,
            miss: 0.1,
            sees_m: 40.0,
            sees_chance: 0.6,
            unchecked_s: 30.0,
            straight_factor: 1.35,
            open_s: 30.0,
            horizon_min: 30.0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_the_kinds_are_read_back() {
        for mover in Mover::ALL {
            assert_eq!(Mover::from_word(mover.as_str()), Some(mover));
        }
        assert_eq!(Mover::from_word("horse"), None);
        for confidence in Confidence::ALL {
            assert_eq!(Confidence::from_word(confidence.as_str()), Some(confidence));
        }
        assert_eq!(Confidence::from_word("maybe"), None);
    }

    #[test]
    fn a_sighting_that_was_kept_before_shown_times_and_confidence_were_is_read() {
        let kept = r#"{"what":"seen","camera":"a","at":"2023-07-15T14:15:00Z","uncertainty_s":2.0,"leaving_deg":null,
            "arriving_deg":null,"note":null,"still":null,"despite":null}"#;
        let Entry::Seen(sighting) = serde_json::from_str(kept).unwrap() else { panic!("no sighting") };
        assert_eq!((sighting.shown, sighting.confidence, sighting.uncertainty_s), (None, None, 2.0));
    }

    #[test]
    fn an_entry_is_read_back_from_its_json() {
        let looked = Looked {
            camera: "a".into(),
            window: Window { start: TrueTime::from_micros(1), end: TrueTime::from_micros(2) },
            verdict: Verdict::NotSeen { share: 0.5 },
            note: None,
            despite: None,
            own: None,
        };
        for entry in [Entry::Looked(looked), Entry::Undone { event: 3, reason: None }] {
            let text = serde_json::to_string(&entry).unwrap();
            assert_eq!(serde_json::from_str::<Entry>(&text).unwrap(), entry, "{text}");
        }
    }
}
