//! What kind of place a name tells by its first words: `đường`, `ngã ba`, `phường`, `chợ`.

use super::words::{Word, words};

/// A kind of place, as far as names tell it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Class {
    Street,
    Lane,
    Junction,
    Unit,
    Group,
    Hamlet,
    Estate,
    Market,
    School,
    Bridge,
    Hospital,
    Office,
    Worship,
    Bank,
    Fuel,
    Station,
    Hall,
    Shop,
}

/// First words of a name (folded), what they make of it, and the word that stands for all of its spellings. Longest first.
const FIRST: &[(&[&str], Class, &str)] = &[
    (&["truong", "tieu", "hoc"], Class::School, "tieuhoc"),
    (&["truong", "mam", "non"], Class::School, "mamnon"),
    (&["truong", "th"], Class::School, "tieuhoc"),
    (&["truong", "mn"], Class::School, "mamnon"),
    (&["truong", "thcs"], Class::School, "thcs"),
    (&["truong", "thpt"], Class::School, "thpt"),
    (&["tieu", "hoc"], Class::School, "tieuhoc"),
    (&["mam", "non"], Class::School, "mamnon"),
    (&["th"], Class::School, "tieuhoc"),
    (&["mn"], Class::School, "mamnon"),
    (&["thcs"], Class::School, "thcs"),
    (&["thpt"], Class::School, "thpt"),
    (&["truong"], Class::School, "truong"),
    (&["tuyen", "duong"], Class::Street, "duong"),
    (&["dai", "lo"], Class::Street, "dailo"),
    (&["duong"], Class::Street, "duong"),
    (&["tuyen"], Class::Street, "duong"),
    (&["d"], Class::Street, "duong"),
    (&["pho"], Class::Street, "pho"),
    (&["ngach"], Class::Lane, "ngach"),
    (&["ngo"], Class::Lane, "ngo"),
    (&["hem"], Class::Lane, "hem"),
    (&["kiet"], Class::Lane, "kiet"),
    (&["nga", "ba"], Class::Junction, "ngaba"),
    (&["nga", "tu"], Class::Junction, "ngatu"),
    (&["nga", "nam"], Class::Junction, "nganam"),
    (&["nga", "sau"], Class::Junction, "ngasau"),
    (&["nga", "bay"], Class::Junction, "ngabay"),
    (&["nut", "giao"], Class::Junction, "nutgiao"),
    (&["giao", "lo"], Class::Junction, "nutgiao"),
    (&["vong", "xuyen"], Class::Junction, "vongxuyen"),
    (&["vong", "xoay"], Class::Junction, "vongxuyen"),
    (&["phuong"], Class::Unit, "phuong"),
    (&["p"], Class::Unit, "phuong"),
    (&["xa"], Class::Unit, "xa"),
    (&["tt"], Class::Unit, "thitran"),
    (&["tx"], Class::Unit, "thixa"),
    (&["huyen"], Class::Unit, "huyen"),
    (&["quan"], Class::Unit, "quan"),
    (&["tp"], Class::Unit, "thanhpho"),
    (&["tinh"], Class::Unit, "tinh"),
    (&["tdp"], Class::Group, "tdp"),
    (&["to"], Class::Group, "tdp"),
    (&["khoi", "pho"], Class::Group, "tdp"),
    (&["khoi"], Class::Group, "tdp"),
    (&["kp"], Class::Group, "khupho"),
    (&["thon"], Class::Hamlet, "thon"),
    (&["xom"], Class::Hamlet, "xom"),
    (&["ban"], Class::Hamlet, "ban"),
    (&["ap"], Class::Hamlet, "ap"),
    (&["lang"], Class::Hamlet, "lang"),
    (&["kdc"], Class::Estate, "kdc"),
    (&["kdt"], Class::Estate, "kdt"),
    (&["cho"], Class::Market, "cho"),
    (&["cau"], Class::Bridge, "cau"),
    (&["bvdk"], Class::Hospital, "bv"),
    (&["bv"], Class::Hospital, "bv"),
    (&["tram", "y", "te"], Class::Hospital, "tramyte"),
    (&["tru", "so", "ubnd"], Class::Office, "ubnd"),
    (&["tru", "so", "ca"], Class::Office, "ca"),
    (&["tru", "so"], Class::Office, ""),
    (&["ubnd"], Class::Office, "ubnd"),
    (&["ca"], Class::Office, "ca"),
    (&["nha", "tho"], Class::Worship, "nhatho"),
    (&["chua"], Class::Worship, "chua"),
    (&["den"], Class::Worship, "den"),
    (&["dinh"], Class::Worship, "dinh"),
    (&["ngan", "hang"], Class::Bank, "nganhang"),
    (&["tram", "xang"], Class::Fuel, "cayxang"),
    (&["cay", "xang"], Class::Fuel, "cayxang"),
    (&["ben", "xe"], Class::Station, "benxe"),
    (&["nvh"], Class::Hall, "nvh"),
    (&["cua", "hang"], Class::Shop, "cuahang"),
];

/// The kind that a name's first words tell, the word that stands for them, and how many words that are.
pub(super) fn leading(words: &[Word]) -> Option<(Class, &'static str, usize)> {
    let starts =
        |first: &[&str]| words.len() >= first.len() && words.iter().zip(first).all(|(word, want)| word.plain == *want);
    FIRST.iter().find(|(first, ..)| starts(first)).map(|(first, class, word)| (*class, *word, first.len()))
}

/// Last words of a name in an English sentence: "Ky Anh market".
const LAST: &[(&[&str], Class)] = &[
    (&["t", "junction"], Class::Junction),
    (&["junction"], Class::Junction),
    (&["crossroads"], Class::Junction),
    (&["intersection"], Class::Junction),
    (&["market"], Class::Market),
    (&["hospital"], Class::Hospital),
    (&["school"], Class::School),
    (&["bridge"], Class::Bridge),
    (&["pagoda"], Class::Worship),
    (&["church"], Class::Worship),
    (&["bus", "station"], Class::Station),
    (&["petrol", "station"], Class::Fuel),
    (&["street"], Class::Street),
    (&["road"], Class::Street),
];

/// The kind that a name's last words tell in English, and how many words that are.
pub(super) fn trailing(words: &[Word]) -> Option<(Class, usize)> {
    let ends = |last: &[&str]| {
        let from = words.len().checked_sub(last.len());
        from.is_some_and(|from| words.iter().skip(from).zip(last).all(|(word, want)| word.plain == *want))
    };
    LAST.iter().find(|(last, _)| ends(last)).map(|(last, class)| (*class, last.len()))
}

/// Whether two words for one kind tell different things: a THCS is no tiểu học, a trạm y tế no bệnh viện.
pub(super) fn differ(class: Class, one: &str, other: &str) -> bool {
    let told = |word: &str| !word.is_empty() && word != "truong";
    matches!(class, Class::School | Class::Office | Class::Hospital) && told(one) && told(other) && one != other
}

/// Kinds of one word that other words look like without diacritics: "đến" is no "đền".
const SPELT: &[(&str, &str)] = &[
    ("cho", "chợ"),
    ("cau", "cầu"),
    ("chua", "chùa"),
    ("den", "đền"),
    ("dinh", "đình"),
    ("truong", "trường"),
    ("ca", "ca"),
];

/// Whether the word for a kind has its own diacritics, or none.
pub(super) fn is_spelt(kind: &[Word]) -> bool {
    let [word] = kind else { return true };
    let own = SPELT.iter().find(|(plain, _)| *plain == word.plain);
    own.is_none_or(|(_, own)| word.marked.is_ascii() || words(own).first().is_some_and(|own| own.marked == word.marked))
}

/// The kind that the words of a gazetteer or a map tell: `nut_giao`, `duong`, `cho`, OpenStreetMap's `marketplace`.
pub(super) fn of_kind(kind: &str) -> Option<Class> {
    Some(match kind {
        "duong" | "pho" | "road" | "street" => Class::Street,
        "ngo" | "hem" | "kiet" => Class::Lane,
        "nut_giao" | "nga_ba" | "nga_tu" | "nga_nam" | "vong_xuyen" | "junction" => Class::Junction,
        "phuong" | "xa" | "thi_tran" | "boundary" | "unit" => Class::Unit,
        "to_dan_pho" | "khoi" | "khu_pho" => Class::Group,
        "thon" | "xom" | "hamlet" | "village" => Class::Hamlet,
        "khu_dan_cu" | "khu_do_thi" | "neighbourhood" | "residential" => Class::Estate,
        "cho" | "marketplace" => Class::Market,
        "truong" | "school" | "kindergarten" | "college" | "university" => Class::School,
        "cau" | "bridge" => Class::Bridge,
        "benh_vien" | "hospital" | "clinic" => Class::Hospital,
        "co_quan" | "townhall" | "police" | "government" => Class::Office,
        "place_of_worship" | "chua" | "den" => Class::Worship,
        "ngan_hang" | "bank" => Class::Bank,
        "tram_xang" | "fuel" => Class::Fuel,
        "ben_xe" | "bus_station" => Class::Station,
        "nha_van_hoa" | "community_centre" => Class::Hall,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_words_tell_the_kind_whatever_their_spelling() {
        for (name, class, word, count) in [
            ("P. Kỳ Thịnh", Class::Unit, "phuong", 1),
            ("ngã 4 Sở", Class::Junction, "ngatu", 2),
            ("tổ Hưng Hòa", Class::Group, "tdp", 1),
            ("đ. Trần Phú", Class::Street, "duong", 1),
            ("trường THCS Sông Trí", Class::School, "thcs", 2),
        ] {
            assert_eq!(leading(&words(name)), Some((class, word, count)), "{name}");
        }
        assert_eq!(leading(&words("Vincom Kỳ Anh")), None);
    }
}
