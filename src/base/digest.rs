//! Hashes of texts, by which they are known again: SHA-256, in hexadecimal digits.

use std::fmt::Write;

use sha2::{Digest, Sha256};

/// A hash of texts that come one after the other.
#[derive(Default)]
pub(crate) struct Hash(Sha256);

impl Hash {
    /// Adds a text; where it ends counts.
    pub(crate) fn add(&mut self, text: &str) {
        self.0.update(text.len().to_le_bytes());
        self.0.update(text.as_bytes());
    }

    /// The first half of its digits, which is enough to tell texts apart that nobody made to be
    /// mistaken for each other.
    pub(crate) fn short(self) -> String {
        digits(&self.0.finalize()[..16])
    }
}

/// The hash of a text, as other programs give it for a file.
pub(crate) fn sha256(text: &str) -> String {
    digits(&Sha256::digest(text.as_bytes()))
}

fn digits(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut digits, byte| {
        let _ = write!(digits, "{byte:02x}");
        digits
    })
}
