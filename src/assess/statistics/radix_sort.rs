//! Sorts the members of a group by whole numbers.

use crate::model::rulebook::Order;
use crate::model::typed_indexes::RecordIndex;
use crate::tree::{float_of_key, key_of_float};

/// A member and its sort key.
#[derive(Clone, Copy, Debug)]
pub(super) struct RankedMember {
    /// The binary number near its sort key, as a whole number of equal order.
    pub(super) key: i64,
    record: u32,
    /// Whether it is equal to the one before it.
    pub(super) alike: bool,
}

impl RankedMember {
    /// A member by the binary number near its sort key.
    pub(super) fn new(near: f64, record: RecordIndex) -> Self {
        Self {
            key: key_of_float(near),
            record: record.narrow(),
            alike: false,
        }
    }

    pub(super) fn record(&self) -> RecordIndex {
        self.record.into()
    }

    /// The binary number near its sort key.
    pub(super) fn near(&self) -> f64 {
        float_of_key(self.key)
    }
}

/// With fewer members, comparing them is faster.
const FEW: usize = 1_000;
/// Bits looked at in one pass.
const DIGIT: u32 = 11;
const DIGITS: usize = 1 << DIGIT;
const PASSES: usize = 6;

/// Sorts members by their keys. Equal ones keep their order.
pub(super) fn by_key(places: &mut Vec<RankedMember>, order: Order) {
    // A number that is greater where its key comes later.
    let flip = match order {
        Order::Ascending => i64::MIN,
        Order::Descending => i64::MAX,
    };
    let later = |place: &RankedMember| (place.key ^ flip).cast_unsigned();
    if places.len() < FEW {
        places.sort_by_key(later);
    } else {
        by_digits(places, &later);
    }
}

/// Sorts digit by digit, the last one first.
fn by_digits(places: &mut Vec<RankedMember>, later: &impl Fn(&RankedMember) -> u64) {
    let digit = |key: u64, pass: u32| {
        let digit = (key >> (pass * DIGIT)) & ((1 << DIGIT) - 1);
        usize::try_from(digit).expect("it has a few bits")
    };
    let mut counts = vec![[0_usize; DIGITS]; PASSES];
    for place in &*places {
        let key = later(place);
        for (pass, counts) in (0..).zip(&mut counts) {
            counts[digit(key, pass)] += 1;
        }
    }
    let mut other = places.clone();
    for (pass, counts) in (0..).zip(&mut counts) {
        // A digit that all keys share does not change the order.
        if counts.contains(&places.len()) {
            continue;
        }
        let mut start = 0;
        for count in &mut *counts {
            start += std::mem::replace(count, start);
        }
        for place in &*places {
            let next = &mut counts[digit(later(place), pass)];
            other[*next] = *place;
            *next += 1;
        }
        std::mem::swap(places, &mut other);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers of all sizes, many of them more than once.
    fn members(count: usize) -> Vec<RankedMember> {
        let mut state = 7_u64;
        let draw = |record: RecordIndex| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            let near = match state >> 62 {
                0 => f64::from_bits(state << 2).clamp(-1e300, 1e300),
                1 => -f64::from(u32::try_from(state >> 54 & 255).unwrap()),
                _ => f64::from(u32::try_from(state >> 40 & 0xffff).unwrap()) / 8.0,
            };
            RankedMember::new(if near.is_nan() { 0.0 } else { near }, record)
        };
        RecordIndex::first(count).map(draw).collect()
    }

    #[test]
    fn many_are_in_the_order_of_few() {
        for (count, order) in [
            (FEW - 1, Order::Ascending),
            (FEW, Order::Descending),
            (20_000, Order::Ascending),
            (20_000, Order::Descending),
        ] {
            let (mut found, mut expected) = (members(count), members(count));
            by_key(&mut found, order);
            expected.sort_by(|a, b| {
                let by_number = a.near().total_cmp(&b.near());
                match order {
                    Order::Ascending => by_number,
                    Order::Descending => by_number.reverse(),
                }
                .then(a.record.cmp(&b.record))
            });
            let records = |places: &[RankedMember]| {
                places.iter().map(RankedMember::record).collect::<Vec<_>>()
            };
            assert!(records(&found) == records(&expected));
        }
    }
}
