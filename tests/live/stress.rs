//! Many saves in many ways, with and without pauses: the end is right, and nothing untrue is shown.

use rulebook::assessment::DeterminationKind::{Eligible, Ineligible};

use crate::desk::{Desk, NO, YES};
use crate::saves::{
    emptied_first, in_pieces, in_place, pause, removed_and_made_again, renamed_over, swapped,
    with_a_backup,
};

/// `RULEBOOK_LAWS=10` makes ten times as many saves.
#[test]
fn random_saves_end_right_and_never_flash() {
    let times = std::env::var("RULEBOOK_LAWS")
        .ok()
        .and_then(|times| times.parse::<u32>().ok())
        .unwrap_or(1);
    let desk = Desk::new();
    let ways = [
        in_place,
        in_pieces,
        with_a_backup,
        renamed_over,
        swapped,
        removed_and_made_again,
        emptied_first,
        in_place,
    ];
    let mut state: u32 = 20_171;
    let mut random = |below: u32| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 16) % below
    };
    for _ in 0..10 * times {
        let mut text = NO;
        for _ in 0..12 {
            text = if random(2) == 0 { YES } else { NO };
            ways[random(8) as usize](&desk, text);
            pause(u64::from(random(4) * random(20)));
        }
        desk.until_kind(if text == YES { Eligible } else { Ineligible });
        desk.never_flashed();
    }
    desk.is_what_is_on_disk();
}
