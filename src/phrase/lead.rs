//! Words around times: those that hedge them, join them into ranges, or tell nothing.

use super::atom::Hedge;

/// Words that may stand between times and tell nothing.
pub(super) const FILLERS: &[&str] = &[
    "lúc",
    "vào",
    "hồi",
    "khi",
    "trong",
    "buổi",
    "ban",
    "thì",
    "là",
    "của",
    "ngày",
    "tức",
    "tức là",
    "nhằm",
    "cả ngày",
    "trong ngày",
    "suốt",
    "cả",
    "nguyên",
    "khoảng thời gian",
    "trong khoảng thời gian",
    "thời gian",
    "thời điểm",
    "xảy ra",
    "bữa",
    "hôm",
    "đâu",
    "at",
    "on",
    "the",
    "in",
    "of",
    "during",
    "time",
];

/// Words for about.
pub(super) const ABOUT: &[&str] = &[
    "khoảng",
    "vào khoảng",
    "khoảng chừng",
    "tầm",
    "tầm khoảng",
    "khoảng tầm",
    "tầm chừng",
    "chừng",
    "độ",
    "cỡ",
    "cỡ khoảng",
    "ước chừng",
    "ước khoảng",
    "áng chừng",
    "phỏng chừng",
    "xấp xỉ",
    "lối",
    "quãng",
    "vào quãng",
    "trên dưới",
    "around",
    "about",
    "approximately",
    "roughly",
    "approx",
    "circa",
];

/// Hedges before a clock.
pub(super) const HEDGES: &[(&[&str], Hedge)] = &[
    (&["đúng", "chính xác", "đúng vào", "đúng lúc", "exactly"], Hedge::Exact),
    (ABOUT, Hedge::About),
    (&["hơn", "quá", "ngoài", "over", "just after", "shortly after", "a little after", "mới hơn"], Hedge::Over),
    (
        &[
            "gần",
            "gần đến",
            "gần tới",
            "sắp",
            "ngót",
            "ngót nghét",
            "suýt soát",
            "chưa tới",
            "chưa đến",
            "nearly",
            "almost",
            "just before",
            "shortly before",
        ],
        Hedge::Nearly,
    ),
    (&["trước", "trước lúc", "trước khoảng", "cho đến", "cho tới", "before", "until", "till", "by"], Hedge::Before),
    (&["sau", "sau lúc", "sau khoảng", "kể từ sau", "after"], Hedge::After),
];

/// Hedges behind a clock.
pub(super) const BEHIND: &[(&[&str], Hedge)] = &[
    (&["hơn", "có hơn"], Hedge::Over),
    (&["gì đó", "chi đó", "hay sao", "or so"], Hedge::About),
    (&["trở đi", "đổ đi", "trở về sau", "về sau", "onwards"], Hedge::After),
    (&["trở về trước", "đổ lại", "trở lại", "về trước"], Hedge::Before),
];

/// What begins a range.
pub(super) const FROM: &[&str] =
    &["từ", "kể từ", "bắt đầu từ", "tính từ", "từ lúc", "từ hồi", "from", "since", "starting"];
/// What ends a range.
pub(super) const TO: &[&str] = &[
    "đến",
    "tới",
    "cho đến",
    "cho tới",
    "đến lúc",
    "tới lúc",
    "đến khi",
    "qua đến",
    "kéo dài đến",
    "sang",
    "qua tới",
    "mãi đến",
    "to",
    "until",
    "till",
    "through",
];
/// What ends a range with the present.
pub(super) const UNTIL_NOW: &[&str] = &[
    "đến nay",
    "tới nay",
    "đến giờ",
    "tới giờ",
    "đến bây giờ",
    "tới bây giờ",
    "cho đến nay",
    "cho tới nay",
    "cho đến giờ",
    "cho tới giờ",
    "đến hiện tại",
    "until now",
    "till now",
    "to now",
];
/// What begins a range whose ends are joined by "và".
pub(super) const BETWEEN: &[&str] =
    &["giữa", "khoảng giữa", "trong khoảng", "trong khoảng từ", "vào khoảng giữa", "between"];

/// What joins two times of one kind.
pub(super) const AND: &[&str] = &["và", "lẫn", "hoặc", "hay", "hoặc là", "hay là", "and", "or"];
/// What lies between a length of time and now, beside the length itself.
pub(super) const AGO: &[&str] = &["cách đây", "cách nay"];

/// Parts of the day with their day in one expression.
pub(super) const NIGHTS: &[(&[&str], &str, Option<i32>)] = &[
    (&["hồi hôm", "khi hôm", "đêm hôm qua", "last night"], "đêm", Some(-1)),
    (&["last evening", "túi qua", "khi túi qua"], "tối", Some(-1)),
    (&["tonight", "túi ni", "túi nay"], "tối", Some(0)),
    (&["the night before last", "night before last"], "đêm", Some(-2)),
    (&["khi túi", "hồi tối"], "tối", None),
    (&["khi mai"], "sáng", None),
];

/// Words that lead to a place and are none of it.
pub(super) const LEADING: &[&str] = &[
    "tại",
    "ở",
    "trên",
    "trước",
    "gần",
    "ngay",
    "ngang",
    "qua",
    "đoạn",
    "chỗ",
    "khu vực",
    "phía trước",
    "vào",
    "lúc",
    "từ",
    "đến",
    "và",
    "hướng",
    "at",
    "on",
    "near",
    "in",
    "of",
    "the",
    "ngày",
    "hồi",
    "buổi",
    "khoảng",
];
