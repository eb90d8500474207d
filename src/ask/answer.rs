//! Carries a plan out: the cameras that should have seen it, and what stands out where the window is long. What `ask --json` prints.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Serialize;
use utoipa::ToSchema;

use super::kinds::{Mode, Order};
use super::plan::Plan;
use super::understood::{ReadingAnswer, readings};
use crate::base::{Lang, Result, Said};
use crate::config::Site;
use crate::model::Window;
use crate::night::{self, history, retention};
use crate::place::Atlas;
use crate::search::answer::PlaceAnswer;
use crate::search::moments::brightness::Brightness;
use crate::search::moments::{self, Strip};
use crate::search::witness::{Witness, witnesses};
use crate::search::{self, Ask, Sight};

/// What is there. A contract: fields are added, never renamed.
#[derive(Clone, Debug, Default, Serialize, ToSchema)]
#[schema(as = AskedCameras)]
pub struct Asked {
    /// The window of the chosen reading; null where nothing was searched for.
    pub window: Option<Window>,
    /// The place; null where nothing was searched for.
    pub place: Option<PlaceAnswer>,
    /// The cameras that should have seen it, best first.
    pub cameras: Vec<Witness>,
    /// What stands out, where the answer is moments.
    pub moments: Option<Strip>,
    /// Rises of brightness, where those are asked for.
    pub brightness: Option<Brightness>,
}

/// What `ask --json` prints: what is there, and how the sentence was understood. A contract: fields are added, never renamed.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AskAnswer {
    /// What is there.
    #[serde(flatten)]
    pub asked: Asked,
    /// The kind of incident.
    pub kind: String,
    /// What the answer is made of.
    pub mode: Mode,
    /// Every reading of the sentence.
    pub readings: Vec<ReadingAnswer>,
    /// Why nothing was searched for.
    pub refused: Option<String>,
    /// What the user should know.
    pub notes: Vec<Said>,
}

impl AskAnswer {
    /// The answer of a plan.
    pub fn of(plan: &Plan, asked: Asked, zone: &TimeZone, lang: Lang) -> AskAnswer {
        AskAnswer {
            asked,
            kind: plan.kind.id.clone(),
            mode: plan.mode,
            readings: readings(&plan.sentence, zone, lang),
            refused: plan.refused.as_ref().map(|said| said.in_lang(lang).to_owned()),
            notes: plan.notes.clone(),
        }
    }
}

/// Searches what was planned. A plan that was refused has an empty answer.
///
/// # Errors
/// What store, index and search report.
pub fn answer(site: &Site, atlas: &Atlas, sight: Sight<'_>, plan: &Plan) -> Result<Asked> {
    let Some(ask) = plan.ask() else { return Ok(Asked::default()) };
    let found = search::search(sight, &ask)?;
    let place = found.place.clone();
    let mut cameras = witnesses(sight, found, |from, to| atlas.road_m(from, to))?;
    overwriting(site, sight, &ask, &mut cameras)?;
    if plan.kind.order == Order::Newest {
        cameras.iter_mut().for_each(|witness| witness.camera.recordings.reverse());
    }
    let mut asked = Asked { window: Some(ask.window), place: Some(place), cameras, moments: None, brightness: None };
    match plan.mode {
        Mode::Files => {}
        Mode::Moments => {
            let mut strip = moments::strip(sight, &ask, moments::MOST)?;
            if plan.kind.order == Order::Newest {
                strip.moments.reverse();
            }
            asked.moments = Some(strip);
        }
        Mode::Brightness => asked.brightness = Some(moments::brightness::brightness(sight, &ask)?),
    }
    Ok(asked)
}

/// When what each camera has is overwritten: how fast it overwrites is known from earlier nights.
fn overwriting(site: &Site, sight: Sight<'_>, ask: &Ask, witnesses: &mut [Witness]) -> Result<()> {
    let tomorrow = ask.now.to_zoned(site.zone.clone()).date().tomorrow().unwrap_or(jiff::civil::Date::MAX);
    let earlier = history::read(&site.data.join(night::FOLDER), tomorrow).reports;
    for witness in witnesses.iter_mut().filter(|witness| !witness.camera.recordings.is_empty()) {
        let oldest = sight.store.summary(&witness.camera.id)?.oldest;
        let oldest: Option<Timestamp> = oldest.map(|oldest| sight.clocks.of(&witness.camera.id).to_true(oldest).0);
        let measured = retention::retention(&witness.camera.id, oldest, true, ask.now, &earlier);
        witness.overwritten_at = retention::gone_at(&measured, ask.now, ask.window.start.0);
    }
    Ok(())
}
