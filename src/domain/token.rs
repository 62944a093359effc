//! Tokens (令牌): HMAC-SHA-256 of an ID number under a salt that two departments share, so that they can compare lists without
//! telling each other numbers the other does not have.

use std::fmt;

use hmac::{Hmac, Mac};
use sha2::Sha256;

use super::id_number::ResidentId;

/// Hexadecimal digits of a token.
const LENGTH: usize = 64;

/// Bytes of the shortest salt that keeps the numbers from being guessed.
pub const SHORTEST_SALT: usize = 16;

/// The shared secret; never printed.
#[derive(Clone)]
pub struct Salt(Vec<u8>);

impl fmt::Debug for Salt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Salt")
    }
}

impl Salt {
    /// None for one that is too short. Blanks around it (a line's end) are no part of it.
    pub fn new(text: &str) -> Option<Self> {
        let text = text.trim();
        (text.len() >= SHORTEST_SALT).then(|| Self(text.as_bytes().to_vec()))
    }

    /// Of the 18 characters, X in upper case: 64 hexadecimal digits in lower case.
    pub fn token(&self, id: ResidentId) -> String {
        // A key of any length is accepted.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.0) else { return String::new() };
        mac.update(id.full().as_bytes());
        data_encoding::HEXLOWER.encode(&mac.finalize().into_bytes())
    }
}

/// The token as it is compared, if the text is one.
pub fn of_text(text: &str) -> Option<String> {
    let text = text.trim();
    let is_one = text.len() == LENGTH && text.bytes().all(|b| b.is_ascii_hexdigit());
    is_one.then(|| text.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_anyone_can_compute() {
        // echo -n 510105198001019971 | openssl dgst -sha256 -hmac 0123456789abcdef
        let salt = Salt::new(" 0123456789abcdef\n").expect("a salt");
        let day = "2024-01-01".parse().expect("a day");
        let token = salt.token(ResidentId::parse("510105198001019971", day).expect("a number"));
        assert_eq!(token, "38ff2a0bb696af8b86266e70a3cdf87cab5a9d56dd2e8367d1f74839fd1686a3");
        assert_eq!(of_text(&format!(" {} ", token.to_ascii_uppercase())), Some(token));
        assert!(of_text("510105198001019971").is_none() && Salt::new("short").is_none());
        assert_eq!(format!("{salt:?}"), "Salt");
    }
}
