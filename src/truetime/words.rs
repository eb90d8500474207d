//! Sentences about clocks. The sign is always said in words: fast or slow, never plus or minus.

use crate::base::say::Said;
use crate::say;

/// How a camera's clock stands: `camera nhanh 7 phút` / `camera 7 min fast`. Below ten seconds to the tenth.
pub fn offset(offset_s: f64) -> Said {
    if offset_s.abs() < 0.05 {
        return say!("camera đúng giờ", "camera on time");
    }
    let Said { vi, en } = exactly(offset_s.abs());
    match offset_s > 0.0 {
        true => say!("camera nhanh {vi}", "camera {en} fast"),
        false => say!("camera chậm {vi}", "camera {en} slow"),
    }
}

/// How a clock runs: `nhanh thêm 1,7 giây mỗi ngày` / `gains 1.7 s a day`.
pub fn drift(ppm: f64) -> Said {
    let a_day = ppm.abs() * 0.0864;
    if a_day < 0.05 {
        return say!("chạy đều", "runs true");
    }
    let Said { vi, en } = exactly(a_day);
    match ppm > 0.0 {
        true => say!("mỗi ngày nhanh thêm {vi}", "gains {en} a day"),
        false => say!("mỗi ngày chậm thêm {vi}", "loses {en} a day"),
    }
}

/// A length of time in all its units, to the second, or to the tenth below ten seconds; units that are 0 are left out.
pub(super) fn exactly(seconds: f64) -> Said {
    let seconds = seconds.abs();
    if seconds < 9.95 {
        let tenth = format!("{seconds:.1}");
        let short = tenth.strip_suffix(".0").unwrap_or(&tenth);
        let comma = short.replace('.', ",");
        return say!("{comma} giây", "{short} s");
    }
    let whole = seconds.round() as u64;
    let units = [
        (whole / 86_400, "ngày", "d"),
        (whole / 3_600 % 24, "giờ", "h"),
        (whole / 60 % 60, "phút", "min"),
        (whole % 60, "giây", "s"),
    ];
    let told = units.iter().filter(|(count, ..)| *count > 0);
    let (vi, en): (Vec<String>, Vec<String>) =
        told.map(|(count, vi, en)| (format!("{count} {vi}"), format!("{count} {en}"))).unzip();
    Said { vi: vi.join(" "), en: en.join(" ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sign_of_an_offset_is_said_in_words() {
        let said = |s| (offset(s).vi, offset(s).en);
        assert_eq!(said(420.0), ("camera nhanh 7 phút".into(), "camera 7 min fast".into()));
        assert_eq!(said(-422.4), ("camera chậm 7 phút 2 giây".into(), "camera 7 min 2 s slow".into()));
        assert_eq!(said(3_600.0 * 25.0), ("camera nhanh 1 ngày 1 giờ".into(), "camera 1 d 1 h fast".into()));
        assert_eq!(said(-2.5), ("camera chậm 2,5 giây".into(), "camera 2.5 s slow".into()));
        assert_eq!(said(9.97), ("camera nhanh 10 giây".into(), "camera 10 s fast".into()));
        assert_eq!(said(0.01), ("camera đúng giờ".into(), "camera on time".into()));
    }

    #[test]
    fn a_drift_is_said_as_what_a_day_makes_of_it() {
        assert_eq!(drift(20.0).en, "gains 1.7 s a day");
        assert_eq!(drift(-500.0).vi, "mỗi ngày chậm thêm 43 giây");
        assert_eq!(drift(0.1).en, "runs true");
    }
}
