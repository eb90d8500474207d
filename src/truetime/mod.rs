//! A camera's clock against true time. Both directions stand side by side and are each other's inverse.
//!
//! The convention: `offset = camera time − true time`. A camera that is seven minutes fast ("nhanh 7 phút") has an offset of
//! +420 s: what it calls 21:22 happened at 21:15.

use crate::model::{CameraSpan, CameraTime, Span, TrueTime, Window};

/// What is known of one camera's clock.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ClockModel {
    offset_us: i64,
}

impl ClockModel {
    /// A clock that nobody has checked: taken as right, and to be called unchecked.
    pub fn unchecked() -> ClockModel {
        ClockModel::default()
    }

    /// Camera time − true time, seconds; positive when the camera is fast.
    pub fn offset_s(&self) -> f64 {
        self.offset_us as f64 / 1e6
    }

    /// When it really was what the camera's clock said.
    pub fn to_true(&self, t: CameraTime) -> TrueTime {
        TrueTime(t.plus_micros(self.offset_us.saturating_neg()).0)
    }

    /// What the camera's clock said at an instant.
    pub fn to_camera(&self, t: TrueTime) -> CameraTime {
        CameraTime(t.plus_micros(self.offset_us).0)
    }

    /// A span of the camera's clock in true time.
    pub fn span_to_true(&self, span: &CameraSpan) -> Window {
        Span::new(self.to_true(span.start), self.to_true(span.end))
    }

    /// A window of true time on the camera's clock.
    pub fn span_to_camera(&self, window: &Window) -> CameraSpan {
        Span::new(self.to_camera(window.start), self.to_camera(window.end))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_two_directions_are_inverse_and_monotone(
            a in -1_000_000_000_000_000i64..4_000_000_000_000_000,
            step in 1i64..1_000_000_000_000,
            offset_us in -90_000_000_000i64..90_000_000_000,
        ) {
            let clock = ClockModel { offset_us };
            let (t, later) = (CameraTime::from_micros(a), CameraTime::from_micros(a + step));
            prop_assert_eq!(clock.to_camera(clock.to_true(t)), t);
            prop_assert!(clock.to_true(t) < clock.to_true(later));
        }
    }

    #[test]
    fn a_fast_camera_is_ahead_of_true_time() {
        let clock = ClockModel { offset_us: 420_000_000 };
        let shown: CameraTime = CameraTime("2023-07-15T21:22:10+07:00".parse().unwrap());
        assert_eq!(clock.to_true(shown).0.to_string(), "2023-07-15T14:15:10Z");
        assert_eq!(clock.offset_s(), 420.0);
    }
}
