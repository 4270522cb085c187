//! How slow this machine is. Machines that tests run on differ by three times and more, by what else
//! runs beside them: what a command may take is stated for a machine of usual pace.

use std::collections::BTreeMap;
use std::hint::black_box;
use std::sync::LazyLock;
use std::time::{Duration, Instant};

/// What the yardstick takes on a machine of usual pace.
const USUAL: Duration = Duration::from_millis(60);

/// Slower than this is broken.
const SLOWEST: f64 = 4.0;

/// The yardstick is laid on a few times: what runs beside it only adds.
const TIMES: usize = 5;

/// How many times longer the same work takes here than on a machine of usual pace; at least once.
pub(crate) fn pace() -> f64 {
    static PACE: LazyLock<f64> = LazyLock::new(|| {
        let least = (0..TIMES).map(|_| yardstick()).min().unwrap();
        let pace = least.as_secs_f64() / USUAL.as_secs_f64();
        println!("pace           {least:>6.0?} for what usually takes {USUAL:?}");
        pace.clamp(1.0, SLOWEST)
    });
    *PACE
}

/// Memory and comparisons, as the program mostly uses the machine.
fn yardstick() -> Duration {
    const KEYS: u64 = 200_000;
    const SCATTER: u64 = 0x9E37_79B9_7F4A_7C15;
    let started = Instant::now();
    let keys = (0..KEYS).map(|key| (format!("{:x}", key.wrapping_mul(SCATTER)), key));
    let keys: BTreeMap<String, u64> = keys.collect();
    black_box(keys.values().sum::<u64>());
    started.elapsed()
}
