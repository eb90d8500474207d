//! The sentences with which a reading says what is doubtful about it.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};

use crate::base::say::Said;
use crate::say;

pub(super) fn no_date() -> Said {
    say!("có giờ nhưng không có ngày", "it tells a time of day but no date")
}

pub(super) fn no_hour() -> Said {
    say!("có phút và giây nhưng không có ngày giờ", "it tells minutes and seconds but neither date nor hour")
}

pub(super) fn day_only() -> Said {
    say!("chỉ có ngày, không có giờ", "it tells the day only, no time of day")
}

pub(super) fn hour_only() -> Said {
    say!("chỉ biết đến giờ, không có phút", "it tells the hour only, no minute")
}

pub(super) fn local_or_utc() -> Said {
    say!(
        "không rõ giờ địa phương hay giờ UTC; tạm đọc là giờ địa phương",
        "local time or UTC cannot be told apart; read as local"
    )
}

pub(super) fn twice(at: DateTime) -> Said {
    say!(
        "đồng hồ chỉ {at} hai lần khi đổi giờ; lấy lần đầu",
        "the clock shows {at} twice when daylight saving ends; the first is taken"
    )
}

pub(super) fn skipped(at: DateTime) -> Said {
    say!(
        "đồng hồ nhảy qua {at} khi đổi giờ; tính như chưa đổi",
        "the clock skips {at} when daylight saving starts; read as if it had not changed yet"
    )
}

pub(super) fn dst_where_none() -> Said {
    say!(
        "đầu ghi bật giờ mùa hè (DST) dù múi giờ này lúc ấy không dùng; giờ có thể nhanh 1 tiếng",
        "the recorder's daylight saving flag is on where the zone has none then; it may be an hour ahead"
    )
}

pub(super) fn contradiction(clock: DateTime, counted: Timestamp) -> Said {
    say!(
        "hai giờ trong đường dẫn mâu thuẫn: {clock} và {counted}; không dùng giờ nào",
        "two times in the path contradict each other: {clock} and {counted}; neither is used"
    )
}

pub(super) fn other_zone(east_s: i64) -> Said {
    let sign = if east_s < 0 { '-' } else { '+' };
    let (hours, minutes) = (east_s.abs() / 3600, east_s.abs() % 3600 / 60);
    say!(
        "đầu ghi đặt tên theo múi giờ UTC{sign}{hours:02}:{minutes:02}, khác múi giờ của camera; đã lấy số giây từ 1970",
        "the recorder writes UTC{sign}{hours:02}:{minutes:02} in its names, not the camera's zone; the count from 1970 is used"
    )
}

pub(super) fn bad_length(seconds: i64) -> Said {
    say!(
        "giờ kết thúc cách giờ bắt đầu {seconds} s, không thể là độ dài; bỏ giờ kết thúc",
        "the end lies {seconds} s after the start, which is no length of a recording; the end is dropped"
    )
}

pub(super) fn folder_date(folder: Date) -> Said {
    say!("thư mục ghi ngày {folder}, khác ngày trong tên", "a folder is dated {folder}, the name otherwise")
}

pub(super) fn another_date(date: Date) -> Said {
    say!("tên còn chứa một ngày nữa: {date}", "the name holds one more date: {date}")
}

pub(super) fn another_time() -> Said {
    say!(
        "tên còn chứa một giờ nữa, có thể là giờ kết thúc hoặc số thứ tự",
        "the name holds one more time of day, which may be the end or a counter"
    )
}

pub(super) fn unread_offset() -> Said {
    say!(
        "sau giờ còn có múi giờ hay buổi (SA/CH) không đọc được",
        "an offset from UTC or half of the day stands behind the time and is not understood"
    )
}

pub(super) fn no_recording(reason: &Said) -> Said {
    let (vi, en) = (&reason.vi, &reason.en);
    say!("không phải đoạn ghi: {vi}", "no recording: {en}")
}
