//! What is asked of an entry before it is made, whoever makes it: at the command line or by HTTP.

use jiff::Timestamp;

use super::answer::on_picture;
use super::desk::recorded;
use super::standing::Standing;
use super::tracer::Side;
use crate::base::{Error, Kind, Result, Said};
use crate::model::{
    Camera, CameraSpan, CameraTime, Looked, Own, RecordingId, Sighting, Span, TraceSettings, TrueTime, Verdict, Window,
};
use crate::say;
use crate::search::Sight;
use crate::search::answer::with_offset;
use crate::store::NotAdded;

/// The most that a reading may be wrong either way, seconds.
const WITHIN_MOST_S: f64 = 3_600.0;

/// A time nearer than this to that of its still, seconds, was taken from it; a frame may lie so far outside its recording, which still grows.
const SAME_S: f64 = 1.0;
/// A still farther than this from its sighting, seconds, shows another moment.
const ONE_MOMENT_S: f64 = 5.0;

/// How far a reading may be wrong either way, seconds, under the name by which whoever tells it knows it.
///
/// # Errors
/// [`Kind::Usage`] for less than none and more than an hour: such a time says nothing of where to look.
pub fn within(name: &str, seconds: f64) -> Result<f64> {
    if (0.0..=WITHIN_MOST_S).contains(&seconds) {
        return Ok(seconds);
    }
    Err(Error::new(
        Kind::Usage,
        say!(
            "{name} phải từ 0 đến {WITHIN_MOST_S} giây; chưa biết giờ rõ hơn thì xem lại hình để đọc giờ trước",
            "{name} must be 0 to {WITHIN_MOST_S} seconds; where the time is not known better, read it from the footage first"
        ),
    ))
}

/// A sighting as told, whose doubt is that of the reading alone, as it is kept: with the clock's share of the doubt, with what the
/// camera showed, and whether there is footage of it.
///
/// # Errors
/// [`Kind::Usage`] for an unknown camera, a time yet to come, and a still that is none of its camera; what store and index report.
pub fn kept(sight: Sight<'_>, told: Sighting, settings: &TraceSettings) -> Result<Sighting> {
    let clock = sight.clocks.of(&told.camera);
    let framed = told.still.as_deref().map(|still| shown_in(sight, &told.camera, still)).transpose()?;
    let of_frame = framed.filter(|shown| apart_s(clock.to_true(*shown), told.at) <= SAME_S);
    let clock_s = clock.uncertainty_s_at(told.at).unwrap_or(settings.unchecked_s);
    // Of a clock that was set back, some readings are of two instants: those tell nothing.
    let reckoned = Some(clock.to_camera(told.at)).filter(|shown| apart_s(clock.to_true(*shown), told.at) <= SAME_S);
    let shown = told.shown.or(of_frame).or(reckoned);
    let kept = Sighting { uncertainty_s: told.uncertainty_s + clock_s, shown, ..told };
    Ok(Sighting { recorded: Some(has_footage(sight, &kept)?), ..kept })
}

/// An answer as told, as it is kept: with what of its window can be looked at.
///
/// # Errors
/// [`Kind::Usage`] for an unknown camera; what the index reports.
pub fn answered(sight: Sight<'_>, told: Looked) -> Result<Looked> {
    let clock = sight.clocks.of(&told.camera);
    let found = recorded(sight, known_camera(sight, &told.camera)?, told.window)?;
    let own = |window: &Window| {
        let span = clock.span_to_camera(window);
        let back = clock.span_to_true(&span);
        (apart_s(back.start, window.start) <= SAME_S && apart_s(back.end, window.end) <= SAME_S).then_some(span)
    };
    let recorded: Option<Vec<CameraSpan>> = found.iter().map(own).collect();
    let own = own(&told.window).zip(recorded).map(|(window, recorded)| Own { window, recorded });
    Ok(Looked { own, ..told })
}

/// That a sighting's still shows another moment of its camera. Nothing is said of one that cannot be had any more.
///
/// # Errors
/// What the store reports.
pub fn another_moment(sight: Sight<'_>, sighting: &Sighting) -> Result<Option<Said>> {
    let Sighting { camera, still: Some(still), shown: Some(shown), .. } = sighting else { return Ok(None) };
    let of_still = match shown_in(sight, camera, still) {
        Ok(of_still) => of_still,
        Err(error) if error.kind() == Kind::Usage => return Ok(None),
        Err(error) => return Err(error),
    };
    if of_still.as_micros().abs_diff(shown.as_micros()) as f64 / 1e6 <= ONE_MOMENT_S {
        return Ok(None);
    }
    let zone = &known_camera(sight, camera)?.zone;
    let [of_still, shown] = [of_still, *shown].map(|at| on_picture(&with_offset(at.0, zone)));
    Ok(Some(say!(
        "ảnh kèm theo là lúc {of_still} trên hình, còn lần nhìn thấy là lúc {shown}",
        "its still was taken at {of_still} on the picture, and the sighting is of {shown}"
    )))
}

fn apart_s(one: TrueTime, other: TrueTime) -> f64 {
    one.as_micros().abs_diff(other.as_micros()) as f64 / 1e6
}

/// The camera's own time of a still, `RECORDING@PTS_US`.
///
/// # Errors
/// [`Kind::Usage`] where it is no frame of a recording of that camera; what the store reports.
fn shown_in(sight: Sight<'_>, camera: &str, still: &str) -> Result<CameraTime> {
    let none = || {
        Error::new(
            Kind::Usage,
            say!(
                "still \"{still}\" không phải ảnh của {camera}; viết RECORDING@PTS_US, mã đoạn ghi và micrô giây, như trong trace next",
                "still \"{still}\" is no frame of {camera}; write RECORDING@PTS_US, a recording's id and microseconds, as in trace next"
            ),
        )
    };
    let (id, pts) = still.split_once('@').ok_or_else(none)?;
    let pts_us: i64 = pts.parse().map_err(|_| none())?;
    let row = sight.store.recording(&RecordingId(id.to_owned()))?;
    let recording = row.map(|row| row.recording).filter(|recording| recording.camera == camera).ok_or_else(none)?;
    let (slack_us, since_us) = ((SAME_S * 1e6) as i64, pts_us.saturating_sub(recording.first_pts_us));
    if !(-slack_us..=recording.media_us.saturating_add(slack_us)).contains(&since_us) {
        return Err(none());
    }
    Ok(recording.camera_time_of(pts_us))
}

/// That the clock is known otherwise by now than when a sighting was entered, so that what its camera showed was at another time. The
/// sighting stays where it is: what was answered since rests on it.
///
/// # Errors
/// [`Kind::Usage`] for an unknown camera.
pub fn moved(sight: Sight<'_>, sighting: &Sighting) -> Result<Option<Said>> {
    let Some(shown) = sighting.shown else { return Ok(None) };
    let now = sight.clocks.of(&sighting.camera).to_true(shown);
    if apart_s(now, sighting.at) <= sighting.uncertainty_s {
        return Ok(None);
    }
    let id = &sighting.camera;
    let shown = on_picture(&with_offset(shown.0, &known_camera(sight, id)?.zone));
    let [was, now] = [sighting.at, now].map(|at| with_offset(at.0, sight.zone));
    Ok(Some(say!(
        "độ lệch đồng hồ của {id} đã được sửa sau khi ghi: {shown} trên hình nay là {now} giờ thật, không phải {was}; hoàn tác và ghi lại",
        "the correction of {id}'s clock has changed since: {shown} on its picture is {now} in true time now, not {was}; undo it and enter it anew"
    )))
}

/// What is to be said of an answer about a window before it is entered.
#[derive(Clone, Debug, Default)]
pub struct About {
    /// What contradicts it.
    pub conflicts: Vec<Said>,
    /// What whoever enters it should know.
    pub notes: Vec<Said>,
}

/// What is to be said of an answer as [`answered`] keeps it: that somebody saw it there, and what of the window has footage.
///
/// # Errors
/// [`Kind::Usage`] for an unknown camera, and where nothing that was recorded can have been watched; what the index reports.
pub fn about(sight: Sight<'_>, standing: &Standing, looked: &Looked) -> Result<About> {
    let mut about = About { conflicts: standing.against(looked), notes: Vec::new() };
    let id = &looked.camera;
    let all_s = looked.window.micros() as f64 / 1e6;
    let found = recorded(sight, known_camera(sight, id)?, looked.window)?;
    let found_s = found.iter().map(|window| window.micros() as f64 / 1e6).sum::<f64>();
    match looked.verdict {
        Verdict::NotSeen { .. } if found.is_empty() => {
            return Err(Error::new(
                Kind::Usage,
                say!(
                    "{id} không có hình nào trong đoạn này nên không thể đã xem: hãy trả lời là không có hình (gap)",
                    "{id} has no footage of this window, so that nothing can have been watched: answer that there is none (gap)"
                ),
            ));
        }
        Verdict::NotSeen { .. } if all_s - found_s >= 1.0 => {
            let missing_s = all_s - found_s;
            about.notes.push(say!(
                "{missing_s:.0} giây của đoạn này không có hình: không tính là đã xem",
                "{missing_s:.0} s of this window have no footage: they do not count as watched"
            ));
        }
        Verdict::Gap if found_s >= 1.0 => about.notes.push(say!(
            "{id} có {found_s:.0} giây hình trong đoạn này; nếu xem được thì hoàn tác và trả lời lại",
            "{id} has {found_s:.0} s of footage of this window; if it can be watched, undo this and answer anew"
        )),
        _ => {}
    }
    Ok(about)
}

/// Why something is not entered: it contradicts something, and no word says why it stands.
pub fn contradiction(despite: Option<&str>, conflicts: &[Said]) -> Option<Said> {
    if conflicts.is_empty() || despite.is_some() {
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
            NotAdded::Newer => say!(
                "truy vết {trace}: có mục mới vừa được ghi; hãy thử lại",
                "trace {trace}: something new was just entered; try again"
            ),
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
    come(sighting.at, now)?;
    if has_footage(sight, sighting)? {
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

/// Whether a camera has footage of a sighting's time, within its doubt.
fn has_footage(sight: Sight<'_>, sighting: &Sighting) -> Result<bool> {
    let camera = known_camera(sight, &sighting.camera)?;
    let us = (sighting.uncertainty_s.max(1.0) * 1e6) as i64;
    let around = Span::new(sighting.at.plus_micros(-us), sighting.at.plus_micros(us));
    Ok(!recorded(sight, camera, around)?.is_empty())
}

/// A camera of the site file.
pub(super) fn known_camera<'a>(sight: Sight<'a>, id: &str) -> Result<&'a Camera> {
    sight.cameras.iter().find(|camera| camera.id == *id).ok_or_else(|| {
        Error::new(
            Kind::Usage,
            say!("không có camera \"{id}\" trong tệp cấu hình", "there is no camera \"{id}\" in the site file"),
        )
    })
}
