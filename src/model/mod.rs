//! Plain data that crosses rooms; no I/O.

pub mod audit;
pub mod camera;
pub mod claim;
pub mod clock;
pub mod doubt;
pub mod keytable;
pub mod media;
pub mod recording;
pub mod time;
pub mod trace;
pub mod user;

pub use audit::{Act, Actor, AuditRow, Deed, Purpose};
pub use camera::{Camera, FieldOfView, Group, Point};
pub use claim::{Basis, TimeClaim, TimeSource};
pub use clock::{CheckMethod, ClockCheck, ClockSettings};
pub use doubt::{Doubt, Fault, Unreadable};
pub use media::{Keyframe, Listing, Luma, Method, Thumbnail};
pub use recording::{Recording, RecordingId, at_rate, shown_path};
pub use time::{CameraSpan, CameraTime, Span, TrueTime, Window};
pub use trace::{Confidence, Entry, Looked, Mover, Own, Pace, Sighting, TraceEvent, TraceHead, TraceSettings, Verdict};
pub use user::{Right, Role, User};
