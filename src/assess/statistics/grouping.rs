//! The groups of a population: records with equal values of some facts.

use std::collections::{BTreeMap, HashMap};

use crate::model::fact::{Column, NO_CODE, Value};
use crate::model::typed_indexes::RecordIndex;

/// Groups, and the group of each record.
#[derive(Debug, Default)]
pub(crate) struct Grouping {
    /// The group of each record; [`NO_GROUP`] if a fact that forms groups is unknown.
    pub(crate) of: Vec<u32>,
    /// The values that form each group.
    pub(crate) keys: Vec<Vec<Value>>,
}

pub(crate) const NO_GROUP: u32 = u32::MAX;

impl Grouping {
    /// The groups of records by these facts; all are in one group if there are no facts.
    pub(crate) fn new(columns: &[&Column], count: usize) -> Self {
        let mut grouping = Self {
            of: vec![0; count],
            keys: vec![Vec::new()],
        };
        for column in columns {
            grouping = grouping.divided(column);
        }
        grouping
    }

    /// The groups, each divided by one more fact. Groups are numbered in order of their first
    /// members.
    fn divided(&self, column: &Column) -> Self {
        let (codes, kinds) = codes(column);
        let mut numbers = GroupNumbers::new(self.keys.len(), kinds);
        let mut keys = Vec::new();
        let of = self
            .of
            .iter()
            .zip(codes)
            .enumerate()
            .map(|(row, (group, code))| {
                if *group == NO_GROUP || code == NO_GROUP {
                    return NO_GROUP;
                }
                let place = numbers.place(*group, code);
                if *place == NO_GROUP {
                    let before = &self.keys[usize::try_from(*group).expect("it numbers a group")];
                    keys.push(before.iter().cloned().chain(column.get(row)).collect());
                    *place = number(keys.len() - 1);
                }
                *place
            });
        Self {
            of: of.collect(),
            keys,
        }
    }

    /// The group of a record; `None` if it is in none.
    pub(crate) fn group(&self, record: RecordIndex) -> Option<usize> {
        let group = self.of[record];
        (group != NO_GROUP).then(|| usize::try_from(group).expect("it numbers a group"))
    }
}

/// A code for the value of each record, [`NO_GROUP`] if it is unknown; and how many codes there can
/// be.
fn codes(column: &Column) -> (Vec<u32>, usize) {
    match column {
        Column::Few(codes, values) => {
            let code = |code: &u8| {
                if *code == NO_CODE {
                    NO_GROUP
                } else {
                    u32::from(*code)
                }
            };
            (codes.iter().map(code).collect(), values.len())
        }
        Column::Texts(numbers, texts) => (numbers.clone(), texts.list().len()),
        _ => {
            let mut values: BTreeMap<Value, u32> = BTreeMap::new();
            let codes = (0..column.len()).map(|row| {
                column.get(row).map_or(NO_GROUP, |value| {
                    let next = number(values.len());
                    *values.entry(value).or_insert(next)
                })
            });
            (codes.collect(), values.len())
        }
    }
}

/// The numbers of new groups, by an old group and a code: in a table if it is small.
enum GroupNumbers {
    Table(Vec<u32>, usize),
    Map(HashMap<(u32, u32), u32>),
}

impl GroupNumbers {
    fn new(groups: usize, kinds: usize) -> Self {
        const SMALL: usize = 1 << 20;
        match groups.checked_mul(kinds).filter(|all| *all <= SMALL) {
            Some(all) => Self::Table(vec![NO_GROUP; all], kinds),
            None => Self::Map(HashMap::new()),
        }
    }

    fn place(&mut self, group: u32, code: u32) -> &mut u32 {
        let index = |number: u32| usize::try_from(number).expect("it numbers a group");
        match self {
            Self::Table(table, kinds) => &mut table[index(group) * *kinds + index(code)],
            Self::Map(map) => map.entry((group, code)).or_insert(NO_GROUP),
        }
    }
}

fn number(index: usize) -> u32 {
    u32::try_from(index).expect("there are no more groups than records")
}
