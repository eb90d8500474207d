//! Why a sentence is not searched for, in words.

use crate::base::Said;
use crate::say;

/// Why a sentence gives no interval.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// There is no word in it.
    Empty,
    /// It has more than this many characters.
    TooLong(usize),
    /// A date that no calendar has, as told.
    NoSuchDate(String),
    /// An hour or minute that no clock shows, as told.
    NoSuchTime(String),
    /// It is yet to come, as told.
    Future(String),
    /// The end lies before the start, as told.
    Reversed(String),
    /// So long a time that a search would find everything.
    TooWide(String),
    /// It tells a time in a way that leaves open which.
    Unclear(String),
}

impl Refusal {
    /// Its name in JSON and logs.
    pub fn code(&self) -> &'static str {
        match self {
            Refusal::Empty => "empty",
            Refusal::TooLong(_) => "too_long",
            Refusal::NoSuchDate(_) => "no_such_date",
            Refusal::NoSuchTime(_) => "no_such_time",
            Refusal::Future(_) => "future",
            Refusal::Reversed(_) => "reversed",
            Refusal::TooWide(_) => "too_wide",
            Refusal::Unclear(_) => "unclear",
        }
    }

    /// The sentence for the user, with what to do about it.
    pub fn say(&self) -> Said {
        match self {
            Refusal::Empty => say!(
                "chưa có gì để hiểu; hãy viết như \"khoảng 21h15 tối qua, ngã ba Việt Lào\"",
                "there is nothing to understand; write something like \"around 9:15 pm last night\""
            ),
            Refusal::TooLong(most) => say!(
                "câu quá dài (hơn {most} ký tự); hãy chỉ viết thời gian và địa điểm",
                "the sentence is too long (over {most} characters); write the time and the place only"
            ),
            Refusal::NoSuchDate(told) => {
                say!("không có ngày \"{told}\" trong lịch", "no calendar has the date \"{told}\"")
            }
            Refusal::NoSuchTime(told) => say!("không có giờ \"{told}\"", "there is no time \"{told}\""),
            Refusal::Future(told) => say!(
                "\"{told}\" chưa tới, chưa thể có hình; hãy xem lại ngày giờ",
                "\"{told}\" is yet to come, there cannot be footage; check date and time"
            ),
            Refusal::Reversed(told) => {
                say!("\"{told}\": lúc kết thúc ở trước lúc bắt đầu", "\"{told}\": it ends before it starts")
            }
            Refusal::TooWide(told) => {
                say!("\"{told}\" quá rộng; hãy thu hẹp còn vài ngày", "\"{told}\" is too wide; narrow it to a few days")
            }
            Refusal::Unclear(told) => say!(
                "\"{told}\" không rõ là lúc nào; hãy nêu ngày giờ",
                "it is not clear when \"{told}\" is; tell date and time"
            ),
        }
    }
}
