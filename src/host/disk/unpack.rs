//! Reads through files packed by gzip (`.gz`) or Zstandard (`.zst`).

use std::io::Read;

use crate::base::diagnostic::{Code, Diagnostic};
use crate::model::files::MAX_FILE_BYTES;

/// What a packed file holds.
pub(super) fn unpack(name: &str, bytes: &[u8]) -> Result<Vec<u8>, Diagnostic> {
    let broken = |error: &dyn std::fmt::Display| {
        let message = format!("this file cannot be unpacked: {error}");
        let help = "pack it anew, or put the plain file here".to_owned();
        Diagnostic::in_file(Code::Unreadable, name, message).help(help)
    };
    let mut found = Vec::new();
    let most = MAX_FILE_BYTES + 1;
    let read = if name.ends_with(".gz") {
        flate2::read::MultiGzDecoder::new(bytes)
            .take(most)
            .read_to_end(&mut found)
    } else {
        let reader =
            ruzstd::decoding::StreamingDecoder::new(bytes).map_err(|error| broken(&error))?;
        reader.take(most).read_to_end(&mut found)
    };
    read.map_err(|error| broken(&error))?;
    if u64::try_from(found.len()).unwrap_or(u64::MAX) > MAX_FILE_BYTES {
        let message =
            format!("unpacked, this file is larger than the limit of {MAX_FILE_BYTES} bytes");
        let help = "split the file into several".to_owned();
        return Err(Diagnostic::in_file(Code::TooLarge, name, message).help(help));
    }
    Ok(found)
}
