//! The parts of the day: THE table of their windows. A change here changes what every phrase means, and nothing else does.

use super::token::Tokens;

/// How a clock's number is meant beside a part of the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Half {
    /// From midnight to noon: 9 is 09:00.
    Morning,
    /// Around noon: 1 is 13:00.
    Noon,
    /// 3 is 15:00.
    Afternoon,
    /// 9 is 21:00, 12 is midnight.
    Evening,
    /// 11 is 23:00, 12 is midnight, 2 is 02:00 of the day after.
    Night,
}

/// A part of the day.
#[derive(Debug)]
pub(super) struct Part {
    /// Its usual name.
    pub name: &'static str,
    /// The same in English.
    pub english: &'static str,
    /// Everything it is called, in both languages.
    pub called: &'static [&'static str],
    /// First minute after midnight.
    pub start: i32,
    /// The minute after its last; over 1440 on the day after.
    pub end: i32,
    pub half: Half,
    /// How sure the window is: less for what everybody means otherwise.
    pub weight: f64,
}

const fn at(hour: i32, minute: i32) -> i32 {
    hour * 60 + minute
}

/// The windows. Where one name begins with another, the longer counts.
pub(super) const PARTS: &[Part] = &[
    Part {
        name: "rạng sáng",
        english: "before dawn",
        called: &[
            "rạng sáng",
            "rạng ngày",
            "rạng",
            "sau nửa đêm",
            "nửa đêm về sáng",
            "nửa đêm về rạng sáng",
            "đêm về sáng",
            "small hours",
            "early hours",
            "before dawn",
        ],
        start: at(0, 0),
        end: at(5, 0),
        half: Half::Morning,
        weight: 0.9,
    },
    Part {
        name: "gần sáng",
        english: "towards dawn",
        called: &["gần sáng"],
        start: at(3, 0),
        end: at(5, 0),
        half: Half::Morning,
        weight: 0.6,
    },
    Part {
        name: "mờ sáng",
        english: "dawn",
        called: &[
            "mờ sáng",
            "tờ mờ sáng",
            "tờ mờ",
            "sớm tinh mơ",
            "sáng sớm tinh mơ",
            "tinh mơ",
            "tảng sáng",
            "hừng sáng",
            "hửng sáng",
            "hừng đông",
            "bình minh",
            "dawn",
            "daybreak",
        ],
        start: at(4, 30),
        end: at(6, 0),
        half: Half::Morning,
        weight: 0.9,
    },
    Part {
        name: "sáng sớm",
        english: "early morning",
        called: &["sáng sớm", "sớm", "sớm sáng", "tinh sương", "early morning", "early in the morning"],
        start: at(5, 0),
        end: at(7, 0),
        half: Half::Morning,
        weight: 0.9,
    },
    Part {
        name: "sáng",
        english: "morning",
        called: &["sáng", "morning", "buổi mai"],
        start: at(5, 0),
        end: at(11, 0),
        half: Half::Morning,
        weight: 0.9,
    },
    Part {
        name: "trưa",
        english: "midday",
        called: &["trưa", "giữa trưa", "trưa trời", "midday", "lunchtime"],
        start: at(11, 0),
        end: at(13, 0),
        half: Half::Noon,
        weight: 0.9,
    },
    Part {
        name: "đầu giờ chiều",
        english: "early afternoon",
        called: &[
            "đầu giờ chiều",
            "đầu chiều",
            "đầu buổi chiều",
            "đầu giờ buổi chiều",
            "early afternoon",
            "early in the afternoon",
        ],
        start: at(13, 0),
        end: at(14, 30),
        half: Half::Afternoon,
        weight: 0.9,
    },
    Part {
        name: "cuối giờ chiều",
        english: "end of the afternoon",
        called: &["cuối giờ chiều", "cuối buổi chiều", "cuối chiều", "cuối giờ buổi chiều", "chiều muộn"],
        start: at(16, 0),
        end: at(18, 0),
        half: Half::Afternoon,
        weight: 0.8,
    },
    Part {
        name: "gần trưa",
        english: "towards midday",
        called: &["gần trưa"],
        start: at(10, 0),
        end: at(11, 30),
        half: Half::Morning,
        weight: 0.6,
    },
    Part {
        name: "xế trưa",
        english: "past midday",
        called: &["xế trưa"],
        start: at(13, 0),
        end: at(15, 0),
        half: Half::Afternoon,
        weight: 0.55,
    },
    Part {
        name: "đầu giờ sáng",
        english: "start of the working morning",
        called: &["đầu giờ sáng", "đầu buổi sáng", "đầu giờ buổi sáng"],
        start: at(7, 0),
        end: at(8, 30),
        half: Half::Morning,
        weight: 0.55,
    },
    Part {
        name: "cuối giờ sáng",
        english: "end of the morning",
        called: &["cuối giờ sáng", "cuối buổi sáng", "cuối giờ buổi sáng"],
        start: at(10, 0),
        end: at(11, 30),
        half: Half::Morning,
        weight: 0.55,
    },
    Part {
        name: "giờ tan học chiều",
        english: "after afternoon school",
        called: &["giờ tan học chiều", "giờ tan trường chiều", "giờ tan học", "giờ tan trường", "lúc tan học"],
        start: at(16, 30),
        end: at(17, 30),
        half: Half::Afternoon,
        weight: 0.8,
    },
    Part {
        name: "giờ tan học trưa",
        english: "after morning school",
        called: &["giờ tan học trưa", "giờ tan trường trưa"],
        start: at(10, 30),
        end: at(11, 30),
        half: Half::Noon,
        weight: 0.6,
    },
    Part {
        name: "giờ tan tầm",
        english: "end of working hours",
        called: &["giờ tan tầm", "giờ tan sở", "giờ tan tầm chiều", "giờ tan ca chiều"],
        start: at(16, 30),
        end: at(18, 0),
        half: Half::Afternoon,
        weight: 0.6,
    },
    Part {
        name: "chiều",
        english: "afternoon",
        called: &["chiều", "afternoon"],
        start: at(13, 0),
        end: at(18, 0),
        half: Half::Afternoon,
        weight: 0.9,
    },
    Part {
        name: "xế chiều",
        english: "late afternoon",
        called: &["xế chiều", "xế bóng", "late afternoon", "late in the afternoon"],
        start: at(15, 0),
        end: at(17, 0),
        half: Half::Afternoon,
        weight: 0.9,
    },
    Part {
        name: "chiều tối",
        english: "towards evening",
        called: &["chiều tối", "early evening"],
        start: at(17, 0),
        end: at(19, 0),
        half: Half::Evening,
        weight: 0.9,
    },
    Part {
        name: "chập tối",
        english: "nightfall",
        called: &[
            "chập tối",
            "chập choạng tối",
            "chập choạng",
            "chạng vạng",
            "chạng vạng tối",
            "sẩm tối",
            "xẩm tối",
            "nhá nhem tối",
            "nhá nhem",
            "dusk",
            "nightfall",
        ],
        start: at(18, 0),
        end: at(19, 30),
        half: Half::Evening,
        weight: 0.9,
    },
    Part {
        name: "tối",
        english: "evening",
        called: &["tối", "evening"],
        start: at(18, 0),
        end: at(22, 0),
        half: Half::Evening,
        weight: 0.9,
    },
    Part {
        // The last minute is left out, so that the window stays within its own date.
        name: "tối muộn",
        english: "late evening",
        called: &["tối muộn", "late evening", "late in the evening"],
        start: at(21, 0),
        end: at(23, 59),
        half: Half::Evening,
        weight: 0.9,
    },
    Part {
        name: "đêm",
        english: "night",
        called: &["đêm", "giữa đêm", "overnight", "night"],
        start: at(22, 0),
        end: at(29, 0),
        half: Half::Night,
        weight: 0.9,
    },
    Part {
        name: "khuya",
        english: "late night",
        called: &["khuya", "đêm khuya", "tối khuya", "khuya khoắt", "late night", "late at night"],
        start: at(22, 0),
        end: at(26, 0),
        half: Half::Night,
        weight: 0.9,
    },
    Part {
        name: "nửa đêm",
        english: "midnight",
        called: &["nửa đêm", "nữa đêm", "lúc nửa đêm", "midnight"],
        start: at(23, 30),
        end: at(24, 30),
        half: Half::Night,
        weight: 0.9,
    },
];

impl Part {
    /// Whether all of this part lies within another.
    pub(super) fn is_within(&self, other: &Part) -> bool {
        other.start <= self.start && self.end <= other.end
    }
}

/// The part of this name (its usual one).
pub(super) fn named(name: &str) -> Option<&'static Part> {
    PARTS.iter().find(|part| part.name == name)
}

/// The part of the day that is told at `i` with the longest name, and the token after it.
pub(super) fn at_token(tokens: &Tokens, i: usize) -> Option<(&'static Part, usize)> {
    let ends = PARTS.iter().filter_map(|part| Some((part, tokens.longest(i, part.called)?)));
    ends.max_by_key(|(_, end)| *end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_is_given_twice_and_every_window_is_one() {
        let names: Vec<&str> = PARTS.iter().flat_map(|part| part.called).copied().collect();
        for (n, name) in names.iter().enumerate() {
            assert!(!names[..n].contains(name), "{name}");
        }
        for part in PARTS {
            assert!(0 <= part.start && part.start < part.end && part.end <= 36 * 60, "{part:?}");
            assert!(part.called.contains(&part.name) && part.weight <= 0.9, "{part:?}");
            assert!(named(part.name).is_some());
        }
    }

    #[test]
    fn the_longest_name_counts() {
        let part = |text: &str| at_token(&Tokens::of(text), 0).map(|(part, end)| (part.name, end));
        assert_eq!(part("sáng sớm nay"), Some(("sáng sớm", 2)));
        assert_eq!(part("dau gio chieu qua"), Some(("đầu giờ chiều", 3)));
        assert_eq!(part("tới"), None);
    }
}
