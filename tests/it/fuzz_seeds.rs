//! What the fuzzer tries, over its seeds and what is near them: parts left out, said twice, put elsewhere.

use std::path::Path;

use proptest::prelude::*;

use crate::law::law;

#[path = "../../fuzz/targets/bodies.rs"]
mod bodies;

/// The seeds of a target.
fn seeds(target: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/seeds");
    let files = std::fs::read_dir(folder.join(target)).unwrap();
    let mut paths: Vec<_> = files.map(|file| file.unwrap().path()).collect();
    paths.sort();
    let seeds = paths.iter().map(|path| std::fs::read(path).unwrap());
    seeds.collect()
}

/// An edit of some bytes: from where, how many, and whether they are left out, doubled or moved to the start.
type Edit = (prop::sample::Index, usize, u8);

fn edited(mut bytes: Vec<u8>, edits: &[Edit]) -> Vec<u8> {
    for (start, count, what) in edits {
        if bytes.is_empty() {
            break;
        }
        let start = start.index(bytes.len());
        let end = bytes.len().min(start + count);
        let part = bytes[start..end].to_vec();
        match what {
            0 => drop(bytes.drain(start..end)),
            1 => drop(bytes.splice(start..start, part)),
            _ => drop(bytes.splice(0..0, part)),
        }
    }
    bytes
}

fn holds_near_seeds(target: &str, body: fn(&[u8])) {
    let seeds = seeds(target);
    for seed in &seeds {
        body(seed);
    }
    let edit = (any::<prop::sample::Index>(), 1..24_usize, 0..3_u8);
    let near = (0..seeds.len(), proptest::collection::vec(edit, 1..6));
    law(8_000)
        .run(&near, |(seed, edits)| {
            body(&edited(seeds[seed].clone(), &edits));
            Ok(())
        })
        .unwrap();
}

#[test]
fn records_near_the_seeds_break_nothing() {
    holds_near_seeds("records", bodies::records);
}

#[test]
fn rulebooks_near_the_seeds_break_nothing() {
    holds_near_seeds("rulebook", bodies::rulebook_file);
}

#[test]
fn scripts_near_the_seeds_break_nothing() {
    holds_near_seeds("scripts", bodies::script);
}
