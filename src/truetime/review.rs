//! What is wrong with a clock check before it is taken: a refusal, or a warning that goes with it.

use jiff::{SignedDuration, Timestamp};

use super::{ClockModel, words};
use crate::base::say::Said;
use crate::model::{CameraSpan, ClockCheck, ClockSettings};
use crate::say;

/// What is to be said about a new check.
#[derive(Clone, Debug, PartialEq)]
pub enum Remark {
    /// It cannot be taken.
    Refused(Said),
    /// It can be taken, but somebody should look again.
    Warned(Said),
}

impl Remark {
    /// The sentence.
    pub fn said(&self) -> &Said {
        match self {
            Remark::Refused(said) | Remark::Warned(said) => said,
        }
    }

    /// Whether the check cannot be taken.
    pub fn refuses(&self) -> bool {
        matches!(self, Remark::Refused(_))
    }
}

/// A check may lie so far in the future, since a phone's clock and ours are not the same.
const FUTURE: SignedDuration = SignedDuration::from_mins(2);
/// Nothing was recorded by such cameras before, and a clock that shows less has been reset.
const OLDEST: &str = "2005-01-01T00:00:00Z";
/// An offset of a day or more was more likely read wrongly, or the camera has lost its date.
const FAR_S: f64 = 86_400.0;
/// A shown time may lie so far outside the footage.
const AWAY: SignedDuration = SignedDuration::from_hours(24);
/// An offset so near to whole hours looks like a zone, seconds.
const ZONE_S: f64 = 120.0;
/// The least certain check that says anything, seconds.
const LOOSEST_S: f64 = 86_400.0;

/// Looks at a new check of a camera: on its own, against the camera's other checks, and against the span from its first
/// recording to its last, on its own clock, where it has any. Nothing is returned for one that is well.
pub fn review(
    new: &ClockCheck,
    others: &[ClockCheck],
    footage: Option<&CameraSpan>,
    now: Timestamp,
    settings: &ClockSettings,
) -> Vec<Remark> {
    let mut remarks = alone(new, now);
    if remarks.iter().any(Remark::refuses) {
        return remarks;
    }
    if let Some(footage) = footage.filter(|span| !near(span, new)) {
        let [start, end] = [footage.start.0, footage.end.0].map(|t| t.strftime("%F").to_string());
        remarks.push(Remark::Warned(say!(
            "camera chỉ có hình từ {} đến {} (giờ camera); lần kiểm này ở xa ngoài khoảng đó",
            "the camera has footage from {} to {} (its own time) only; this check lies far outside",
            start,
            end
        )));
    }
    if others.iter().any(|other| other.shown == new.shown && other.truth == new.truth) {
        remarks.push(Remark::Refused(say!("lần kiểm giờ này đã có", "this clock check is there already")));
        return remarks;
    }
    remarks.extend(beside(new, others, settings).into_iter().map(Remark::Warned));
    remarks
}

fn alone(new: &ClockCheck, now: Timestamp) -> Vec<Remark> {
    let mut remarks = Vec::new();
    let early = |t: Timestamp| OLDEST.parse().is_ok_and(|oldest: Timestamp| t < oldest);
    if !new.uncertainty_s.is_finite() || new.uncertainty_s < 0.0 || new.uncertainty_s > LOOSEST_S {
        remarks.push(Remark::Refused(say!(
            "sai số phải từ 0 đến {LOOSEST_S:.0} giây",
            "the uncertainty must be 0 to {LOOSEST_S:.0} seconds"
        )));
    }
    if new.truth.0.duration_since(now) > FUTURE {
        remarks.push(Remark::Refused(say!("giờ thật ở tương lai", "the true time lies in the future")));
    }
    if early(new.truth.0) {
        remarks.push(Remark::Refused(say!("giờ thật quá xa trong quá khứ", "the true time lies too far in the past")));
    }
    let offset = new.offset_s();
    if early(new.shown.0) {
        remarks.push(Remark::Warned(say!(
            "giờ trên camera trông như vừa bị đặt lại từ đầu (mất pin?)",
            "the time on the camera looks like a reset (battery lost?)"
        )));
    } else if offset.abs() >= FAR_S {
        let Said { vi, en } = words::offset(offset);
        remarks.push(Remark::Warned(say!("{vi}: hãy đọc lại ngày", "{en}: read the date again")));
    } else if let Some(hours) = zone_hours(offset) {
        let (Said { vi, en }, hours) = (words::offset(offset), hours.abs());
        remarks.push(Remark::Warned(say!(
            "{vi}, gần tròn {hours} giờ: hãy xem lại múi giờ đặt trên camera",
            "{en}, almost exactly {hours} h: look at the zone that the camera is set to"
        )));
    }
    remarks
}

/// Whole hours that an offset looks like, if it is not near none.
pub fn zone_hours(offset_s: f64) -> Option<i64> {
    let hours = (offset_s / 3_600.0).round();
    (hours != 0.0 && hours.abs() <= 14.0 && (offset_s - hours * 3_600.0).abs() <= ZONE_S).then_some(hours as i64)
}

fn near(footage: &CameraSpan, new: &ClockCheck) -> bool {
    let t = new.shown.0;
    footage.start.0.duration_since(t) <= AWAY && t.duration_since(footage.end.0) <= AWAY
}

/// What the other checks say to the new one: a contradiction, or a jump that it makes.
fn beside(new: &ClockCheck, others: &[ClockCheck], settings: &ClockSettings) -> Option<Said> {
    let old = ClockModel::from_checks(others, settings);
    let mut all = others.to_vec();
    all.push(new.clone());
    let with = ClockModel::from_checks(&all, settings);
    if let Some(contradiction) =
        with.contradictions().iter().find(|finding| finding.first == *new || finding.second == *new)
    {
        return Some(contradiction.say());
    }
    let nearest = old.nearest_check(new.truth)?;
    let [was, is] = [nearest, new].map(|check| words::offset(check.offset_s()));
    let Said { vi: was_vi, en: was } = was;
    let Said { vi: is_vi, en: is } = is;
    let day = nearest.truth.0.strftime("%F");
    (with.jumps().len() > old.jumps().len()).then(|| {
        say!(
            "trước đây {was_vi} (kiểm ngày {day}), nay {is_vi}: nhiều hơn mức đồng hồ có thể chạy lệch, vậy đã bị đặt lại ở giữa",
            "{was} before (checked on {day}), now {is}: more than a clock can drift, so it was set in between"
        )
    })
}

#[cfg(test)]
mod tests {
    use super::super::tests::{at, check};
    use super::*;
    use crate::model::{CameraTime, Span};

    const NOW: f64 = 10.0 * 86_400.0;

    fn said(new: &ClockCheck, others: &[ClockCheck]) -> Vec<(bool, String)> {
        let footage = Span::new(CameraTime(at(0.0).0), CameraTime(at(NOW).0));
        let remarks = review(new, others, Some(&footage), at(NOW).0, &ClockSettings::default());
        remarks.into_iter().map(|remark| (remark.refuses(), remark.said().en.clone())).collect()
    }

    #[test]
    fn a_check_that_is_well_needs_no_words() {
        assert_eq!(said(&check(86_400.0, 420.0, 2.0), &[]), []);
        assert_eq!(said(&check(86_400.0, 420.0, 2.0), &[check(3.0 * 86_400.0, 421.0, 2.0)]), []);
    }

    #[test]
    fn what_cannot_be_is_refused() {
        let refused = |new: &ClockCheck, others: &[ClockCheck]| {
            let said = said(new, others);
            assert!(said.iter().any(|(refused, _)| *refused), "{said:?}");
        };
        refused(&check(NOW + 600.0, 0.0, 2.0), &[]);
        refused(&check(86_400.0, 0.0, f64::NAN), &[]);
        refused(&check(86_400.0, 0.0, -1.0), &[]);
        refused(&check(-40.0 * 365.0 * 86_400.0, 0.0, 1.0), &[]);
        refused(&check(86_400.0, 1.0, 1.0), &[check(86_400.0, 1.0, 3.0)]);
    }

    #[test]
    fn what_looks_odd_is_taken_with_a_warning() {
        let warned = |new: &ClockCheck, others: &[ClockCheck], words: &str| {
            let said = said(new, others);
            assert!(said.len() == 1 && !said[0].0 && said[0].1.contains(words), "{said:?}");
        };
        warned(&check(86_400.0, 3_610.0, 2.0), &[], "almost exactly 1 h");
        warned(&check(5.0 * 86_400.0, -7.0 * 3_600.0, 2.0), &[], "almost exactly 7 h");
        warned(&check(5.0 * 86_400.0, 100_000.0, 2.0), &[], "read the date again");
        warned(&check(-20.0 * 86_400.0, 3.0, 2.0), &[], "far outside");
        warned(&check(86_400.0, 420.0, 2.0), &[check(86_460.0, 0.0, 2.0)], "contradict");
        warned(&check(2.0 * 86_400.0, 420.0, 2.0), &[check(86_400.0, 0.0, 2.0)], "so it was set in between");
    }

    #[test]
    fn whole_hours_are_told_from_other_offsets() {
        assert_eq!(zone_hours(3_590.0), Some(1));
        assert_eq!(zone_hours(-25_300.0), Some(-7));
        assert_eq!(zone_hours(420.0), None);
        assert_eq!(zone_hours(20.0), None);
        assert_eq!(zone_hours(5_400.0), None);
    }
}
