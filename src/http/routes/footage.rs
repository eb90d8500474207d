//! What every look at footage has in common: who may, of which recording, from which file, and what is said where there is nothing.

use std::path::PathBuf;

use jiff::Timestamp;

use crate::http::desk::Hands;
use crate::http::problem::Problem;
use crate::http::visitor::{Caller, Visitor};
use crate::model::{Camera, Purpose, RecordingId, Right, TrueTime};
use crate::say;
use crate::search::{self, Clocks, Sight, missing};
use crate::store::RecordingRow;

/// Footage may be seen to look at it, and to check a clock by it.
pub(super) fn enter(who: &Caller, hands: &mut Hands<'_>, purpose: Option<i64>) -> Result<(Visitor, Purpose), Problem> {
    match who.enter(hands, Right::Look) {
        Ok(visitor) => {
            let purpose = visitor.purpose(hands, purpose)?;
            Ok((visitor, purpose))
        }
        Err(refused) => {
            let visitor = who.enter(hands, Right::Clocks).map_err(|_| refused)?;
            Ok((visitor, Purpose { text: Some("kiểm giờ camera".to_owned()), emergency: false }))
        }
    }
}

/// The clocks of the site's cameras.
pub(super) fn clocks(hands: &Hands<'_>) -> Result<Clocks, Problem> {
    let site = &hands.known.site;
    Ok(Clocks::load(hands.store, &site.cameras, &site.clock.settings())?)
}

/// The whole site; whose cameras are asked about is for the question to say.
pub(super) fn sight<'a>(hands: &'a Hands<'_>, clocks: &'a Clocks) -> Sight<'a> {
    let site = &hands.known.site;
    Sight { cameras: &site.cameras, zone: &site.zone, store: hands.store, index: hands.index, clocks }
}

/// A recording that a visitor may see.
pub(super) fn recording(hands: &Hands<'_>, visitor: &Visitor, id: &str) -> Result<RecordingRow, Problem> {
    let row = hands.store.recording(&RecordingId(id.to_owned()))?.ok_or_else(Problem::not_found)?;
    visitor.camera(&hands.known.site.cameras, &row.recording.camera)?;
    Ok(row)
}

/// The native file, where it still is.
pub(super) fn native(hands: &Hands<'_>, row: &RecordingRow) -> Result<PathBuf, Problem> {
    let paths = search::native_paths(&hands.known.site.cameras, &row.files);
    paths.into_iter().find(|path| path.is_file()).ok_or_else(|| {
        Problem::no_footage(say!("Đoạn này đã ghi nhưng tệp không còn.", "This was recorded, but the file is gone."))
    })
}

/// That a camera shows nothing at an instant, and why.
pub(super) fn nothing(hands: &Hands<'_>, clocks: &Clocks, camera: &Camera, at: TrueTime) -> Problem {
    match missing::why(sight(hands, clocks), camera, at, Timestamp::now()) {
        Ok(why) => Problem::no_footage(why),
        Err(error) => error.into(),
    }
}
