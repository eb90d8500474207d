//! What is asked of an entry before it is made, whoever makes it: at the command line or by HTTP.

use jiff::Timestamp;

use super::desk::recorded;
use super::standing::Standing;
use super::tracer::Side;
use crate::base::{Error, Kind, Result, Said};
use crate::model::{Sighting, Span, TraceSettings, TrueTime};
use crate::say;
use crate::search::Sight;
use crate::store::NotAdded;

/// A sighting whose doubt is that of the reading alone, with the clock's share of it.
pub fn doubted(sight: Sight<'_>, told: Sighting, settings: &TraceSettings) -> Sighting {
    let clock_s = sight.clocks.of(&told.camera).uncertainty_s_at(told.at).unwrap_or(settings.unchecked_s);
    Sighting { uncertainty_s: told.uncertainty_s + clock_s, ..told }
}

/// Why a sighting is not entered: it contradicts something, and no word says why it stands.
pub fn contradiction(sighting: &Sighting, conflicts: &[Said]) -> Option<Said> {
    if conflicts.is_empty() || sighting.despite.is_some() {
        return None;
    }
    let vi: Vec<&str> = conflicts.iter().map(|said| said.vi.as_str()).collect();
    let en: Vec<&str> = conflicts.iter().map(|said| said.en.as_str()).collect();
    let (vi, en) = (vi.join("; "), en.join("; "));
    Some(say!(
        "{vi}. Nếu vẫn đúng là nó, ghi vì sao; mâu thuẫn sẽ được nêu rõ",
        "{en}. If it stands all the same, say why; the conflict stays visible"
    ))
}

/// Why the store did not take an entry.
pub fn not_added(trace: i64, why: NotAdded) -> Error {
    Error::new(
        Kind::Usage,
        match why {
            NotAdded::NoTrace => say!("không có truy vết số {trace}", "there is no trace {trace}"),
            NotAdded::NothingToUndo => say!(
                "truy vết {trace}: không có gì để hoàn tác ở số đó, hoặc đã hoàn tác rồi",
                "trace {trace}: there is nothing to undo at that number, or it was undone"
            ),
        },
    )
}

/// The side after a sighting: open after the last one, else between it and the next.
///
/// # Errors
/// [`Kind::Usage`] where the event is no sighting that holds.
pub fn after(standing: &Standing, event: i64) -> Result<Side> {
    let place = standing.sightings.iter().position(|sighting| sighting.event == event);
    match place {
        Some(place) if place + 1 == standing.sightings.len() => Ok(Side::After),
        Some(place) => Ok(Side::Between(place)),
        None => Err(Error::new(
            Kind::Usage,
            say!("#{event} không phải lần nhìn thấy nào còn giữ", "#{event} is no sighting that holds"),
        )),
    }
}

/// That an instant has come.
///
/// # Errors
/// [`Kind::Usage`] where it has not.
pub fn come(at: TrueTime, now: Timestamp) -> Result<()> {
    match at.0 > now {
        true => Err(Error::new(Kind::Usage, say!("thời điểm này chưa tới", "this time has not come yet"))),
        false => Ok(()),
    }
}

/// That a camera has no footage of a sighting's time.
///
/// # Errors
/// [`Kind::Usage`] for an unknown camera or a time yet to come; what store and index report.
pub fn without_footage(sight: Sight<'_>, sighting: &Sighting, now: Timestamp) -> Result<Vec<Said>> {
    let id = &sighting.camera;
    let Some(camera) = sight.cameras.iter().find(|camera| camera.id == *id) else {
        return Err(Error::new(
            Kind::Usage,
            say!("không có camera \"{id}\" trong tệp cấu hình", "there is no camera \"{id}\" in the site file"),
        ));
    };
    come(sighting.at, now)?;
    let us = (sighting.uncertainty_s.max(1.0) * 1e6) as i64;
    let around = Span::new(sighting.at.plus_micros(-us), sighting.at.plus_micros(us));
    if !recorded(sight, camera, around)?.is_empty() {
        return Ok(Vec::new());
    }
    let oldest = sight.store.summary(id)?.oldest;
    let camera_time = sight.clocks.of(id).to_camera(sighting.at);
    Ok(vec![match oldest {
        None => say!("{id} chưa từng ghi hình", "{id} never recorded anything"),
        Some(oldest) if camera_time < oldest => {
            say!(
                "{id} chưa có hình nào vào lúc đó: đoạn ghi đầu tiên muộn hơn",
                "{id} had no footage yet: its first recording is later"
            )
        }
        Some(_) => say!("{id} không có hình vào lúc đó", "{id} has no footage of that time"),
    }])
}
