//! Sets of values in order, as ranges `[from, to)`; the last may have no end.
//!
//! Whole numbers, days, booleans and numbers with fractions are held by 64-bit keys that keep their
//! order; texts by themselves. Both have a next value after each, so half-open ranges are exact.

use std::iter;
use std::sync::Arc;

/// A set of keys: ranges in order, apart from one another, none empty. Sets are copied far more often
/// than made.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Ranges<K>(Arc<[(K, Option<K>)]>);

impl<K: Ord + Clone> Ranges<K> {
    /// The set of these ranges, in any order.
    pub(crate) fn new(ranges: impl IntoIterator<Item = (K, Option<K>)>) -> Self {
        let nonempty = |range: &(K, Option<K>)| range.1.as_ref().is_none_or(|to| range.0 < *to);
        let mut ranges: Vec<_> = ranges.into_iter().filter(nonempty).collect();
        ranges.sort();
        let mut merged: Vec<(K, Option<K>)> = Vec::with_capacity(ranges.len());
        for (from, to) in ranges {
            match merged.last_mut() {
                Some((_, end)) if end.as_ref().is_none_or(|end| from <= *end) => {
                    let further =
                        end.is_some() && to.as_ref().is_none_or(|to| Some(to) > end.as_ref());
                    if further {
                        *end = to;
                    }
                }
                _ => merged.push((from, to)),
            }
        }
        Self(merged.into())
    }

    pub(crate) fn ranges(&self) -> &[(K, Option<K>)] {
        &self.0
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The members of both.
    pub(crate) fn intersect(&self, other: &Self) -> Self {
        let (mut out, mut a, mut b) = (Vec::new(), 0, 0);
        while let (Some((a_from, a_to)), Some((b_from, b_to))) = (self.0.get(a), other.0.get(b)) {
            let to = earlier(a_to.as_ref(), b_to.as_ref());
            let from = a_from.max(b_from);
            if to.is_none_or(|to| from < to) {
                out.push((from.clone(), to.cloned()));
            }
            // The one that ends first lies behind.
            if to == a_to.as_ref() {
                a += 1;
            } else {
                b += 1;
            }
        }
        Self(out.into())
    }

    /// The members of either.
    pub(crate) fn union(&self, other: &Self) -> Self {
        Self::new(self.0.iter().chain(&*other.0).cloned())
    }

    /// The members of this one that are not in the other.
    pub(crate) fn without(&self, other: &Self) -> Self {
        let mut out = Vec::new();
        let mut behind = 0;
        for (from, to) in &*self.0 {
            // A range that ends before this one ends before the next ones too.
            let ends_before =
                |(_, end): &(K, Option<K>)| end.as_ref().is_some_and(|end| end <= from);
            while other.0.get(behind).is_some_and(ends_before) {
                behind += 1;
            }
            let mut from = Some(from.clone());
            for (cut_from, cut_to) in &other.0[behind..] {
                if to.as_ref().is_some_and(|to| to <= cut_from) {
                    break;
                }
                let Some(start) = from else { break };
                out.push((start.clone(), earlier(to.as_ref(), Some(cut_from)).cloned()));
                from = cut_to.as_ref().map(|cut| start.max(cut.clone()));
            }
            if let Some(start) = from {
                out.push((start, to.clone()));
            }
        }
        Self::new(out)
    }

    /// The least member.
    pub(crate) fn first(&self) -> Option<&K> {
        self.0.first().map(|(from, _)| from)
    }

    pub(crate) fn contains(&self, key: &K) -> bool {
        self.0
            .iter()
            .any(|(from, to)| from <= key && to.as_ref().is_none_or(|to| key < to))
    }
}

impl Ranges<i64> {
    /// From one key to another, both included. Keys stay below `i64::MAX`.
    pub(crate) fn closed(low: i64, high: i64) -> Self {
        let range = (low, Some(high.saturating_add(1)));
        Self(iter::once(range).filter(|_| low <= high).collect())
    }

    /// The member nearest to a key.
    pub(crate) fn nearest(&self, key: i64) -> Option<i64> {
        let ends = self
            .0
            .iter()
            .map(|(from, to)| key.clamp(*from, to.map_or(i64::MAX, |to| to - 1)));
        ends.min_by_key(|end| key.abs_diff(*end))
    }

    /// An end of a range that is not an end of `all`; if there is none, the member nearest to zero.
    pub(crate) fn boundary(&self, all: &Self) -> Option<i64> {
        let (least, most) = all.hull()?;
        let ends = self
            .0
            .iter()
            .flat_map(|(from, to)| [*from, to.map_or(i64::MAX, |to| to - 1)]);
        ends.filter(|end| *end != least && *end != most)
            .min_by_key(|end| end.unsigned_abs())
            .or_else(|| self.nearest(0))
    }

    /// The least and greatest member.
    pub(crate) fn hull(&self) -> Option<(i64, i64)> {
        let low = *self.first()?;
        let high = self.0.last()?.1.map_or(i64::MAX, |to| to - 1);
        Some((low, high))
    }
}

/// The earlier of two ends; no end is the latest.
fn earlier<'a, K: Ord>(a: Option<&'a K>, b: Option<&'a K>) -> Option<&'a K> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (end, None) | (None, end) => end,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn set() -> impl Strategy<Value = Ranges<i64>> {
        proptest::collection::vec((0..20_i64, proptest::option::of(0..20_i64)), 0..5)
            .prop_map(Ranges::new)
    }

    proptest! {
        #[test]
        fn sets_obey_membership(a in set(), b in set(), key in -1..25_i64) {
            prop_assert_eq!(a.intersect(&b).contains(&key), a.contains(&key) && b.contains(&key));
            prop_assert_eq!(a.union(&b).contains(&key), a.contains(&key) || b.contains(&key));
            prop_assert_eq!(a.without(&b).contains(&key), a.contains(&key) && !b.contains(&key));
        }
    }
}
