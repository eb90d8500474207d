//! When a certificate is good: its validity, read out of the DER (RFC 5280, 4.1: `Certificate`, `TBSCertificate`, `Validity`).

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

const SEQUENCE: u8 = 0x30;
const VERSION: u8 = 0xA0;
const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;

/// The first instant, and the last.
pub(super) fn of(der: &[u8]) -> Option<(Timestamp, Timestamp)> {
    let mut certificate = inside(&mut &*der, SEQUENCE)?;
    let mut tbs = inside(&mut certificate, SEQUENCE)?;
    if tbs.first() == Some(&VERSION) {
        element(&mut tbs)?;
    }
    // The serial number, the signature's algorithm, the issuer.
    for _ in 0..3 {
        element(&mut tbs)?;
    }
    let mut validity = inside(&mut tbs, SEQUENCE)?;
    Some((time(element(&mut validity)?)?, time(element(&mut validity)?)?))
}

/// The next element: its tag and what it holds. Leaves what follows.
fn element<'a>(rest: &mut &'a [u8]) -> Option<(u8, &'a [u8])> {
    let (&tag, after) = rest.split_first()?;
    let (&first, after) = after.split_first()?;
    let (length, after) = match first {
        0..=0x7F => (usize::from(first), after),
        0x81..=0x84 => {
            let (bytes, after) = after.split_at_checked(usize::from(first & 0x7F))?;
            (bytes.iter().fold(0, |length, byte| length << 8 | usize::from(*byte)), after)
        }
        _ => return None,
    };
    let (held, after) = after.split_at_checked(length)?;
    *rest = after;
    Some((tag, held))
}

fn inside<'a>(rest: &mut &'a [u8], wanted: u8) -> Option<&'a [u8]> {
    element(rest).filter(|(tag, _)| *tag == wanted).map(|(_, held)| held)
}

/// `YYMMDDHHMMSSZ` (50 and later: 19…) or `YYYYMMDDHHMMSSZ`.
fn time((tag, text): (u8, &[u8])) -> Option<Timestamp> {
    let text = std::str::from_utf8(text).ok()?;
    let text = match tag {
        UTC_TIME => format!("{}{text}", if text.get(..2)? < "50" { "20" } else { "19" }),
        GENERALIZED_TIME => text.to_owned(),
        _ => return None,
    };
    let civil = DateTime::strptime("%Y%m%d%H%M%SZ", &text).ok()?;
    Some(civil.to_zoned(TimeZone::UTC).ok()?.timestamp())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn both_forms_of_time_are_read() {
        let at = |tag, text: &str| time((tag, text.as_bytes())).map(|time| time.to_string());
        assert_eq!(at(UTC_TIME, "261123060000Z").as_deref(), Some("2026-11-23T06:00:00Z"));
        assert_eq!(at(UTC_TIME, "991231235959Z").as_deref(), Some("1999-12-31T23:59:59Z"));
        assert_eq!(at(GENERALIZED_TIME, "20510101000000Z").as_deref(), Some("2051-01-01T00:00:00Z"));
        for wrong in ["", "2", "261123060000", "261399060000Z", "đ61123060000Z"] {
            assert_eq!(at(UTC_TIME, wrong), None, "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn no_bytes_are_a_fault(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = of(&bytes);
        }

        #[test]
        fn nor_are_those_that_begin_well(
            bytes in prop::collection::vec(prop_oneof![Just(0x30u8), Just(0x17), Just(0x02), 0u8..20, any::<u8>()], 0..60),
        ) {
            let _ = of(&bytes);
        }
    }
}
