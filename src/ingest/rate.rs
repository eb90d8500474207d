//! How fast a recording's video runs against the clock: where the path claims both ends and the video is longer or shorter,
//! by a header that names another frame rate than the camera kept, the video is stretched between them.

use crate::model::{CameraSpan, Doubt, Listing, Method, TimeClaim};

/// The claimed length and the media's may differ by so much before it is worth a word: seconds, and share of the length.
const LENGTH_S: f64 = 3.0;
const LENGTH_SHARE: f64 = 0.05;
/// Clock time per video time that a wrong frame rate explains: 25 fps in the header over 12.5 to 50 in fact. Beyond, the file
/// is cut, or recorded with pauses, or a time lapse, which nothing in one file tells apart.
const PLAUSIBLE: std::ops::RangeInclusive<f64> = 0.5..=2.0;

/// The recording by the believed claim, and what is doubtful about its length.
pub(super) fn span(believed: &TimeClaim, listing: &Listing) -> (CameraSpan, Option<Doubt>) {
    let as_played = CameraSpan::new(believed.start, believed.start.plus_micros(listing.duration_us()));
    let Some(end) = believed.end.filter(|_| listing.method != Method::Still) else { return (as_played, None) };
    let claimed_s = (end.as_micros() - believed.start.as_micros()) as f64 / 1e6;
    let media_s = listing.duration_us() as f64 / 1e6;
    if (claimed_s - media_s).abs() <= LENGTH_S + LENGTH_SHARE * claimed_s.max(media_s) {
        return (as_played, None);
    }
    if is_whole(listing) && media_s > 0.0 && PLAUSIBLE.contains(&(claimed_s / media_s)) {
        return (CameraSpan::new(believed.start, end), Some(Doubt::RateFitted { claimed_s, media_s }));
    }
    (as_played, Some(Doubt::LengthDiffers { claimed_s, media_s }))
}

/// Whether all that was written is there: of a file that lost its end the length tells nothing of its rate.
fn is_whole(listing: &Listing) -> bool {
    !listing.doubts.iter().any(|doubt| {
        matches!(
            doubt,
            Doubt::Truncated { .. } | Doubt::Unfinished | Doubt::DamagedInside { .. } | Doubt::PtsGap { .. }
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Basis, CameraTime, Keyframe, TimeSource};

    fn listing(seconds: i64, doubts: Vec<Doubt>) -> Listing {
        Listing {
            container: "mp4".into(),
            codec: "h264".into(),
            width: 1,
            height: 1,
            rotation: 0,
            time_base: (1, 1000),
            audio: None,
            keyframes: vec![Keyframe { pts_us: 0, size: 1, between: 1 }],
            first_pts_us: 0,
            end_pts_us: seconds * 1_000_000,
            packets: 1,
            video_bytes: 1,
            header_duration_us: None,
            creation_time: None,
            method: Method::Moov,
            bytes_read: 1,
            doubts,
        }
    }

    fn claim(seconds: i64) -> TimeClaim {
        TimeClaim {
            source: TimeSource::Name,
            basis: Basis::Local,
            start: CameraTime::from_micros(0),
            end: Some(CameraTime::from_micros(seconds * 1_000_000)),
            uncertainty_s: 2.0,
            evidence: "test".into(),
        }
    }

    #[test]
    fn twenty_one_seconds_of_video_for_thirty_of_clock_are_stretched_and_said() {
        let (span, doubt) = span(&claim(30), &listing(21, Vec::new()));
        assert_eq!(span.micros(), 30_000_000);
        assert_eq!(doubt, Some(Doubt::RateFitted { claimed_s: 30.0, media_s: 21.0 }));
    }

    #[test]
    fn what_is_cut_or_far_from_any_frame_rate_is_not_stretched() {
        for (claimed, media, doubts) in
            [(60, 21, Vec::new()), (3600, 10, Vec::new()), (30, 21, vec![Doubt::Truncated { at_byte: 9 }])]
        {
            let (span, doubt) = span(&claim(claimed), &listing(media, doubts));
            assert_eq!(span.micros(), media * 1_000_000);
            let said = Some(Doubt::LengthDiffers { claimed_s: claimed as f64, media_s: media as f64 });
            assert_eq!(doubt, said);
        }
    }

    #[test]
    fn seconds_of_difference_are_nothing() {
        assert_eq!(
            span(&claim(60), &listing(58, Vec::new())),
            (CameraSpan::new(claim(0).start, CameraTime::from_micros(58_000_000)), None)
        );
    }
}
