//! SHA-256 hashes of texts, in hexadecimal digits.

use std::fmt::Write;

use sha2::{Digest, Sha256};

/// A hash of several texts in a row.
#[derive(Default)]
pub(crate) struct Hash(Sha256);

impl Hash {
    /// Adds a text; its end counts too.
    pub(crate) fn add(&mut self, text: &str) {
        self.0.update(text.len().to_le_bytes());
        self.0.update(text.as_bytes());
    }

    /// The first half of the digits: enough to tell texts apart unless somebody forged one.
    pub(crate) fn short(self) -> String {
        digits(&self.0.finalize()[..16])
    }
}

/// The hash of a text, as other programs calculate it for a file.
pub(crate) fn sha256(text: &str) -> String {
    digits(&Sha256::digest(text.as_bytes()))
}

fn digits(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut digits, byte| {
        let _ = write!(digits, "{byte:02x}");
        digits
    })
}
