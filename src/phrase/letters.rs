//! Vietnamese letters without their marks, and when a typed word may stand for a word of ours.

/// The letter under the marks; any other character as it is. Lower case only.
pub(super) fn base(c: char) -> char {
    match c {
        'à' | 'á' | 'ả' | 'ã' | 'ạ' | 'ă' | 'ằ' | 'ắ' | 'ẳ' | 'ẵ' | 'ặ' | 'â' | 'ầ' | 'ấ' | 'ẩ' | 'ẫ' | 'ậ' => {
            'a'
        }
        'è' | 'é' | 'ẻ' | 'ẽ' | 'ẹ' | 'ê' | 'ề' | 'ế' | 'ể' | 'ễ' | 'ệ' => 'e',
        'ì' | 'í' | 'ỉ' | 'ĩ' | 'ị' => 'i',
        'ò' | 'ó' | 'ỏ' | 'õ' | 'ọ' | 'ô' | 'ồ' | 'ố' | 'ổ' | 'ỗ' | 'ộ' | 'ơ' | 'ờ' | 'ớ' | 'ở' | 'ỡ' | 'ợ' => {
            'o'
        }
        'ù' | 'ú' | 'ủ' | 'ũ' | 'ụ' | 'ư' | 'ừ' | 'ứ' | 'ử' | 'ữ' | 'ự' => 'u',
        'ỳ' | 'ý' | 'ỷ' | 'ỹ' | 'ỵ' => 'y',
        'đ' => 'd',
        other => other,
    }
}

/// Whether two words have the same letters under their marks.
pub(super) fn same_letters(a: &str, b: &str) -> bool {
    a.chars().map(base).eq(b.chars().map(base))
}

/// Whether a typed word (NFC, lower case) may stand for `word`: written the same, or typed without any marks.
pub(super) fn stands_for(typed: &str, word: &str) -> bool {
    typed == word || (typed.chars().all(|c| base(c) == c) && word.chars().map(base).eq(typed.chars()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_without_marks_stands_for_any_marks_but_wrong_marks_do_not() {
        assert!(stands_for("tối", "tối") && stands_for("toi", "tối") && stands_for("toi", "tới"));
        assert!(!stands_for("tôi", "tối") && !stands_for("to", "tối") && !stands_for("toii", "tối"));
        assert!(stands_for("dem", "đêm") && same_letters("đem", "đêm"));
    }
}
