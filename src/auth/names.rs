//! What accounts may be called.

use crate::base::{Error, Kind, Result};
use crate::say;

/// The name as it is kept: lower case.
///
/// # Errors
/// [`Kind::Usage`] for what is no name.
pub fn account_name(text: &str) -> Result<String> {
    let name = text.trim().to_lowercase();
    let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '-' | '_');
    if name.is_empty() || name.len() > 64 || !name.chars().all(is_plain) {
        return Err(Error::new(
            Kind::Usage,
            say!(
                "tên đăng nhập \"{text}\": chỉ dùng 1–64 chữ cái không dấu, chữ số, '.', '-', '_'",
                "account name \"{text}\": use 1–64 ASCII letters, digits, '.', '-', '_'"
            ),
        ));
    }
    Ok(name)
}
