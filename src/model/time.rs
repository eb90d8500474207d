//! Instants and half-open spans of them. The camera's clock and true time are different types, so that one is never taken
//! for the other; only `truetime` turns one into the other.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

macro_rules! instant {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
        #[serde(transparent)]
        pub struct $name(pub Timestamp);

        impl $name {
            /// Microseconds since 1970-01-01T00:00:00Z; the precision of everything stored.
            pub fn as_micros(self) -> i64 {
                self.0.as_microsecond()
            }

            /// From microseconds since 1970-01-01T00:00:00Z, held to the years −9999 to 9999.
            pub fn from_micros(micros: i64) -> Self {
                // Jiff takes microseconds up to its last whole second.
                let held = micros.clamp(Timestamp::MIN.as_microsecond() + 1, Timestamp::MAX.as_second() * 1_000_000);
                Self(Timestamp::from_microsecond(held).unwrap_or(Timestamp::UNIX_EPOCH))
            }

            /// This instant moved by microseconds, held to the years −9999 to 9999.
            pub fn plus_micros(self, micros: i64) -> Self {
                Self::from_micros(self.as_micros().saturating_add(micros))
            }
        }

        impl Instant for $name {
            fn micros(self) -> i64 {
                self.as_micros()
            }
        }
    };
}

/// What a [`Span`] is made of.
pub trait Instant: Copy + Ord {
    /// Microseconds since 1970-01-01T00:00:00Z.
    fn micros(self) -> i64;
}

instant! {
    /// What the camera's own clock said, as an instant: its local reading taken in the zone that the camera is set to.
    CameraTime
}
instant! {
    /// The instant at which it really happened, as far as we know; carries its doubt beside it.
    TrueTime
}

/// A half-open span: `start ≤ t < end`. May be empty, never reversed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[schema(as = Window)]
pub struct Span<T> {
    /// The first instant inside.
    pub start: T,
    /// The first instant after.
    pub end: T,
}

/// A span of true time, such as the window of a search.
pub type Window = Span<TrueTime>;
/// A span on one camera's clock.
pub type CameraSpan = Span<CameraTime>;

impl<T: Instant> Span<T> {
    /// The span between two instants; empty at `start` when they are reversed.
    pub fn new(start: T, end: T) -> Span<T> {
        Span { start, end: end.max(start) }
    }

    /// Whether no instant is inside.
    pub fn is_empty(&self) -> bool {
        self.end <= self.start
    }

    /// Whether the instant is inside.
    pub fn contains(&self, t: T) -> bool {
        self.start <= t && t < self.end
    }

    /// Whether the two share an instant.
    pub fn overlaps(&self, other: &Span<T>) -> bool {
        self.start.max(other.start) < self.end.min(other.end)
    }

    /// The shared part, where there is one.
    pub fn intersect(&self, other: &Span<T>) -> Option<Span<T>> {
        let (start, end) = (self.start.max(other.start), self.end.min(other.end));
        (start < end).then_some(Span { start, end })
    }

    /// The length in microseconds.
    pub fn micros(&self) -> i64 {
        self.end.micros().saturating_sub(self.start.micros())
    }

    /// The length.
    pub fn duration(&self) -> SignedDuration {
        SignedDuration::from_micros(self.micros())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_time_was_1970() {
        let last = TrueTime::from_micros(i64::MAX);
        assert_eq!(last.0.strftime("%Y").to_string(), "9999");
        assert_eq!(last.plus_micros(1), last);
        assert_eq!(last.plus_micros(-1).as_micros(), last.as_micros() - 1);
        let first = TrueTime::from_micros(i64::MIN);
        assert!(first.as_micros() < -300_000_000_000_000_000 && first.plus_micros(-1) == first);
    }
}
