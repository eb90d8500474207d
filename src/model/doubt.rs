//! What is wrong with a file: doubts about one that was read, and the reason why one could not be.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::base::say::Said;
use crate::say;

/// Something about a recording that its reader should know. Stored as JSON: variants and fields may be added, not renamed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Doubt {
    /// The file ends before its own structure says so; what there is was read.
    Truncated {
        /// Where reading stopped, bytes from the start.
        at_byte: u64,
    },
    /// The file is not closed yet, or its writer was interrupted; it was listed as far as it goes.
    Unfinished,
    /// The header's duration and the packets' differ by more than a tenth and two seconds.
    DurationDiffers {
        /// What the header says, seconds.
        header_s: f64,
        /// What the packets say, seconds.
        packets_s: f64,
    },
    /// Presentation times run backwards from one keyframe to the next.
    PtsBackwards {
        /// How often.
        times: u32,
    },
    /// A silence inside the file, where no packet was recorded for longer than its frame rate explains.
    PtsGap {
        /// Where it starts, seconds after the first frame.
        at_s: f64,
        /// How long it is, seconds.
        seconds: f64,
    },
    /// The file holds no presentation times (a raw stream); they were counted from an assumed frame rate.
    AssumedRate {
        /// Frames per second.
        fps: f64,
    },
    /// No keyframe is flagged; only the first frame was taken as one.
    NoKeyframe,
    /// The demuxer reported errors and went on.
    DamagedInside {
        /// How many.
        errors: u32,
    },
    /// Two sources of time disagree by more than both their uncertainties.
    TimeConflict {
        /// The source that was believed.
        believed: String,
        /// The source that disagrees.
        other: String,
        /// `other − believed`, seconds.
        difference_s: f64,
    },
    /// A time that cannot be (1970 or 2000 after a reset, in the future, second 60), and what was made of it.
    ImpossibleTime {
        /// Where it was read.
        source: String,
        /// What was read.
        text: String,
    },
    /// The path does not tell something that it seems to (local or UTC, a date without a year, …).
    UnclearName {
        /// What is unclear, in English.
        what: String,
        /// The same in Vietnamese; empty in rows that were stored before it existed.
        #[serde(default)]
        vi: String,
    },
    /// The path claims both ends, and the video between them runs at another rate than the clock: it was stretched to fit.
    RateFitted {
        /// Claimed end − claimed start, seconds.
        claimed_s: f64,
        /// Length of the media, seconds.
        media_s: f64,
    },
    /// The next recording of the camera starts before this one ends, whose length is doubtful: one of them is wrong.
    NextContradicts {
        /// How long before, seconds.
        by_s: f64,
    },
    /// The claimed end and the media's length disagree, by more than a wrong frame rate explains.
    LengthDiffers {
        /// Claimed end − claimed start, seconds.
        claimed_s: f64,
        /// Length of the media, seconds.
        media_s: f64,
    },
}

impl Doubt {
    /// Whether it is about when the recording was made, rather than about what the file holds.
    pub fn is_of_time(&self) -> bool {
        matches!(
            self,
            Doubt::TimeConflict { .. }
                | Doubt::ImpossibleTime { .. }
                | Doubt::UnclearName { .. }
                | Doubt::LengthDiffers { .. }
                | Doubt::RateFitted { .. }
                | Doubt::NextContradicts { .. }
        )
    }

    /// Whether it is about how long the recording lasted.
    pub fn is_of_length(&self) -> bool {
        matches!(
            self,
            Doubt::DurationDiffers { .. }
                | Doubt::AssumedRate { .. }
                | Doubt::RateFitted { .. }
                | Doubt::LengthDiffers { .. }
        )
    }

    /// The doubt as a sentence.
    pub fn say(&self) -> Said {
        match self {
            Doubt::Truncated { at_byte } => {
                say!("tệp bị cụt ở byte {at_byte}", "the file is cut off at byte {at_byte}")
            }
            Doubt::Unfinished => {
                say!("tệp chưa đóng (đang ghi hoặc mất điện)", "not closed (being written, or power lost)")
            }
            Doubt::DurationDiffers { header_s, packets_s } => say!(
                "phần đầu tệp ghi {header_s:.1} s, thực có {packets_s:.1} s",
                "the header says {header_s:.1} s, the packets {packets_s:.1} s"
            ),
            Doubt::PtsBackwards { times } => {
                say!("thời gian khung hình chạy lùi {times} lần", "frame times run backwards {times} times")
            }
            Doubt::PtsGap { at_s, seconds } => say!(
                "trống {seconds:.1} s bên trong, sau {at_s:.1} s",
                "nothing for {seconds:.1} s inside, {at_s:.1} s after the start"
            ),
            Doubt::AssumedRate { fps } => say!(
                "tệp không có thời gian khung hình; giả định {fps:.2} hình/s",
                "no frame times in the file; {fps:.2} frames/s assumed"
            ),
            Doubt::NoKeyframe => {
                say!("không khung hình chính nào được đánh dấu", "no frame is flagged as a keyframe")
            }
            Doubt::DamagedInside { errors } => {
                say!("{errors} chỗ hỏng bên trong", "{errors} damaged spots inside")
            }
            Doubt::TimeConflict { believed, other, difference_s } => say!(
                "giờ theo {other} lệch {difference_s:+.0} s so với giờ theo {believed} (được dùng)",
                "the time by {other} differs by {difference_s:+.0} s from the time by {believed} (used)"
            ),
            Doubt::ImpossibleTime { source, text } => {
                say!("giờ không thể có theo {source}: {text}", "an impossible time by {source}: {text}")
            }
            Doubt::UnclearName { what, vi } => {
                let vi = if vi.is_empty() { what } else { vi };
                say!("tên tệp không rõ: {vi}", "the path is unclear: {what}")
            }
            Doubt::RateFitted { claimed_s, media_s } => {
                let (rate, off) = (claimed_s / media_s, (claimed_s - media_s).abs());
                say!(
                    "hình dài {media_s:.0} s cho {claimed_s:.0} s đồng hồ: đã giãn {rate:.2} lần; giữa tệp có thể lệch tới {off:.0} s",
                    "{media_s:.0} s of video for {claimed_s:.0} s of clock: stretched {rate:.2} times; inside it may be {off:.0} s off"
                )
            }
            Doubt::NextContradicts { by_s } => say!(
                "đoạn kế tiếp bắt đầu {by_s:.0} s trước khi đoạn này kết thúc: một trong hai sai",
                "the next recording starts {by_s:.0} s before this one ends: one of them is wrong"
            ),
            Doubt::LengthDiffers { claimed_s, media_s } => say!(
                "tên tệp nói dài {claimed_s:.0} s, hình dài {media_s:.0} s",
                "the path says {claimed_s:.0} s long, the video is {media_s:.0} s"
            ),
        }
    }
}

/// Why a file could not be listed. The words are the store's and JSON's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// Zero bytes.
    Empty,
    /// An mp4 without its index: still being written, or never finished.
    NoMoov,
    /// No format we allow.
    NotMedia,
    /// Media without a video stream.
    NoVideo,
    /// A video stream without one readable packet.
    NoPackets,
    /// The container's structure is damaged beyond reading.
    Damaged,
    /// The worker process died on it.
    WorkerDied,
    /// The worker took longer than its limit.
    TimedOut,
    /// The worker needed more memory than its limit.
    OutOfMemory,
    /// The file system refused or failed.
    Io,
    /// The file changed while it was being read.
    Changing,
    /// In a folder that several cameras share, the path names no camera's channel.
    NoCamera,
}

impl Fault {
    /// Every fault, for tables and tests.
    pub const ALL: [Fault; 12] = [
        Fault::Empty,
        Fault::NoMoov,
        Fault::NotMedia,
        Fault::NoVideo,
        Fault::NoPackets,
        Fault::Damaged,
        Fault::WorkerDied,
        Fault::TimedOut,
        Fault::OutOfMemory,
        Fault::Io,
        Fault::Changing,
        Fault::NoCamera,
    ];

    /// The word used in JSON and in the store.
    pub fn as_str(self) -> &'static str {
        match self {
            Fault::Empty => "empty",
            Fault::NoMoov => "no_moov",
            Fault::NotMedia => "not_media",
            Fault::NoVideo => "no_video",
            Fault::NoPackets => "no_packets",
            Fault::Damaged => "damaged",
            Fault::WorkerDied => "worker_died",
            Fault::TimedOut => "timed_out",
            Fault::OutOfMemory => "out_of_memory",
            Fault::Io => "io",
            Fault::Changing => "changing",
            Fault::NoCamera => "no_camera",
        }
    }

    /// The inverse of [`Fault::as_str`].
    pub fn from_word(word: &str) -> Option<Fault> {
        Fault::ALL.into_iter().find(|fault| fault.as_str() == word)
    }

    /// The fault as a sentence.
    pub fn say(self) -> Said {
        match self {
            Fault::Empty => say!("tệp rỗng", "the file is empty"),
            Fault::NoMoov => say!(
                "thiếu mục lục moov (đang ghi, hoặc mất điện khi ghi)",
                "no moov index (still being written, or power lost while writing)"
            ),
            Fault::NotMedia => say!("không phải tệp video hay ảnh", "not a video or a picture"),
            Fault::NoVideo => say!("không có hình", "no video in it"),
            Fault::NoPackets => say!("không đọc được khung hình nào", "not one frame can be read"),
            Fault::Damaged => say!("cấu trúc tệp hỏng", "the file's structure is damaged"),
            Fault::WorkerDied => say!("tệp làm tiến trình đọc bị chết", "the file killed the reading process"),
            Fault::TimedOut => say!("đọc quá thời hạn", "reading took longer than the limit"),
            Fault::OutOfMemory => say!("đọc cần quá nhiều bộ nhớ", "reading needed more memory than the limit"),
            Fault::Io => say!("hệ thống tệp báo lỗi", "the file system failed"),
            Fault::Changing => say!("tệp thay đổi trong khi đọc", "the file changed while it was read"),
            Fault::NoCamera => say!(
                "thư mục chung: đường dẫn không cho biết kênh của camera nào",
                "a shared folder: the path names no camera's channel"
            ),
        }
    }
}

/// A file that could not be listed: the fault and what the reader said, kept word for word.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unreadable {
    /// The fault.
    pub fault: Fault,
    /// Details for a technician, in the words of the library that failed.
    pub detail: String,
}

impl Unreadable {
    /// A fault with its details.
    pub fn new(fault: Fault, detail: impl Into<String>) -> Unreadable {
        Unreadable { fault, detail: detail.into() }
    }
}
