//! Passwords: which are taken, how they are kept (Argon2id, RFC 9106, with the parameters that OWASP's password storage cheat sheet
//! recommends: 19 MiB, 2 passes, 1 lane), how they are held against what was typed.

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use unicode_normalization::UnicodeNormalization;

use crate::base::{Error, Kind, Result};
use crate::say;

/// The fewest characters.
pub const LEAST: usize = 10;
/// The most, so that nobody keeps the machine busy with a long one.
const MOST: usize = 256;

/// Refuses passwords that are guessed first: short ones, the account's own name, one character over and over.
///
/// # Errors
/// [`Kind::Usage`] with the reason.
pub fn refuse_weak(password: &str, name: &str) -> Result<()> {
    let refuse = |said| Err(Error::new(Kind::Usage, said));
    let count = password.chars().count();
    if count < LEAST {
        return refuse(say!(
            "mật khẩu phải có ít nhất {LEAST} ký tự",
            "a password must have at least {LEAST} characters"
        ));
    }
    if count > MOST {
        return refuse(say!("mật khẩu dài nhất {MOST} ký tự", "a password has at most {MOST} characters"));
    }
    let mut distinct: Vec<char> = password.to_lowercase().chars().collect();
    distinct.sort_unstable();
    distinct.dedup();
    let holds_name = name.chars().count() >= 4 && password.to_lowercase().contains(&name.to_lowercase());
    if distinct.len() < 5 || holds_name {
        return refuse(say!(
            "mật khẩu quá dễ đoán; đừng dùng tên đăng nhập hay vài ký tự lặp lại",
            "the password is too easy to guess; do not use the account's name or few characters over and over"
        ));
    }
    Ok(())
}

/// The same letters however the keyboard made them.
fn bytes(password: &str) -> Vec<u8> {
    password.nfc().collect::<String>().into_bytes()
}

/// The hash of a password, a PHC string. Takes some 30 ms of a processor: not on an async thread.
///
/// # Errors
/// [`Kind::Internal`] when it cannot be made.
pub fn hashed(password: &str) -> Result<String> {
    Argon2::default().hash_password(&bytes(password)).map(|hash| hash.to_string()).map_err(|error| {
        Error::caused_by(Kind::Internal, say!("không tạo được mật khẩu", "cannot hash the password"), error.to_string())
    })
}

/// Whether a password is the one of a hash.
pub(super) fn is_of(password: &str, hash: &str) -> bool {
    password.chars().count() <= MOST
        && PasswordHash::new(hash)
            .is_ok_and(|parsed| Argon2::default().verify_password(&bytes(password), &parsed).is_ok())
}
