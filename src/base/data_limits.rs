//! Limits on the amount of data, all in one place. What exceeds one is refused before it does harm,
//! and reported with the limit; nothing is dropped in silence.
//!
//! [`DataLimits`] are those of a root, which a host can set (`Files::within`). [`FileLimits`] are
//! those of the formats.

/// How much data a root may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(not(feature = "internals"), non_exhaustive)]
pub struct DataLimits {
    /// Bytes of one file, unpacked; at most 4 GiB.
    pub file_bytes: u64,
    /// Bytes of all files together, unpacked; at most 4 GiB.
    pub root_bytes: u64,
    /// The number of files.
    pub files: usize,
    /// How many times larger a packed file may become; up to 16 MiB is always allowed.
    pub packed_ratio: u64,
    /// Records of all rulebooks together.
    pub records: usize,
    /// Values of all records together: one for each fact of the schema. A record with more than
    /// plain values counts as four for each fact, and 64 more. Each rulebook may have as many
    /// calculated values: one for each record, and for each derived fact and statistic.
    pub values: usize,
    /// Problems with records that are reported or counted.
    pub problems: usize,
}

/// Bytes of one file, unpacked, by default.
pub(crate) const FILE_BYTES: u64 = 256 * 1024 * 1024;

impl Default for DataLimits {
    fn default() -> Self {
        Self {
            file_bytes: FILE_BYTES,
            root_bytes: 384 * 1024 * 1024,
            files: 500_000,
            packed_ratio: 250,
            records: 3_000_000,
            values: 64_000_000,
            problems: 300_000,
        }
    }
}

impl DataLimits {
    /// The limits, lowered to what 32-bit places in a text can count.
    pub(crate) fn countable(self) -> Self {
        let most = u64::from(u32::MAX);
        Self {
            file_bytes: self.file_bytes.min(most),
            root_bytes: self.root_bytes.min(most),
            ..self
        }
    }

    /// The bytes that a packed file may hold, by its packed size.
    #[cfg(feature = "packed")]
    pub(crate) fn unpacked(&self, bytes: usize) -> u64 {
        const FREE: u64 = 16 * 1024 * 1024;
        let bytes = u64::try_from(bytes).unwrap_or(u64::MAX);
        bytes.saturating_mul(self.packed_ratio).max(FREE)
    }
}

/// Limits on what one file may hold.
pub(crate) struct FileLimits {
    /// Bytes of a single value.
    pub(crate) value_bytes: usize,
    /// Bytes of a row of a sheet.
    pub(crate) row_bytes: usize,
    /// How deeply values may be nested.
    pub(crate) depth: usize,
    /// Values in one document of YAML, or in one record of JSON.
    pub(crate) nodes: usize,
    /// Cells of a sheet of cases, or of published results.
    pub(crate) cells: usize,
    /// Columns of a sheet, facts of a schema, parameters of a rulebook.
    pub(crate) names: usize,
    /// How many scripts may depend on one another in a row, by imports or by findings. Calls cannot
    /// go that deep, and unbounded nesting would overflow the stack.
    pub(crate) row_of_scripts: usize,
    /// Lines of a script, and characters of one line. The interpreter counts both up to 65,535 and
    /// takes everything beyond for one place.
    pub(crate) lines_of_script: usize,
}

/// The limits of all files. A level of nesting takes 60 KiB of stack without optimisation, and
/// threads that read in parallel have 2 MiB each.
pub(crate) const SHAPES: FileLimits = FileLimits {
    value_bytes: 64 * 1024,
    row_bytes: 16 * 1024 * 1024,
    depth: 24,
    nodes: 2_000_000,
    cells: 4_000_000,
    names: 10_000,
    row_of_scripts: 100,
    lines_of_script: 65_000,
};

/// A number for messages, with its digits in groups of three.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut shown = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            shown.push(',');
        }
        shown.push(digit);
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_told_in_groups() {
        let shown = [0, 999, 1_000, 64_000_000].map(grouped);
        assert_eq!(shown, ["0", "999", "1,000", "64,000,000"]);
    }
}
