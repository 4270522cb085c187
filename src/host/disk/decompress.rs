//! Unpacks files compressed by gzip (`.gz`) or Zstandard (`.zst`).

use std::io::Read;

use crate::base::data_limits::grouped;
use crate::base::diagnostic::{Code, Diagnostic};
use crate::model::input_files::{DataLimits, root_too_large};

/// The content of a packed file; a diagnostic if it exceeds the limits.
pub(super) fn unpack(name: &str, bytes: &[u8], left: &DataLimits) -> Result<Vec<u8>, Diagnostic> {
    let broken = |error: &dyn std::fmt::Display| {
        let message = format!("this file cannot be unpacked: {error}");
        let help = "pack it anew, or put the plain file here".to_owned();
        Diagnostic::in_file(Code::Unreadable, name, message).help(help)
    };
    let mut found = Vec::new();
    let by_ratio = left.unpacked(bytes.len());
    let most = by_ratio.min(left.file_bytes).min(left.root_bytes);
    let read = if name.ends_with(".gz") {
        flate2::read::MultiGzDecoder::new(bytes)
            .take(most + 1)
            .read_to_end(&mut found)
    } else {
        let reader =
            ruzstd::decoding::StreamingDecoder::new(bytes).map_err(|error| broken(&error))?;
        reader.take(most + 1).read_to_end(&mut found)
    };
    read.map_err(|error| broken(&error))?;
    if u64::try_from(found.len()).is_ok_and(|bytes| bytes <= most) {
        return Ok(found);
    }
    let told = |message: String, help: &str| {
        Err(Diagnostic::in_file(Code::TooLarge, name, message).help(help.to_owned()))
    };
    if most == by_ratio {
        let (times, size) = (left.packed_ratio, grouped(bytes.len() as u64));
        let message = format!(
            "this file of {size} bytes holds more than {times} times as much, which no honest sheet does: \
             it is not read"
        );
        told(message, "put the plain file here, if it is what you think")
    } else if most == left.file_bytes {
        let most = grouped(most);
        let message = format!("unpacked, this file is larger than the limit of {most} bytes");
        told(message, "split the file into several")
    } else {
        Err(root_too_large(left))
    }
}
