//! Indexes of conditions, assessed jurisdictions, facts and records. Each is a type of its own, so
//! the compiler refuses one in place of another. Any list can be indexed by any of them.

use std::ops::{Index, IndexMut};

macro_rules! index {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(usize);

        impl $name {
            /// The index as a number, from zero.
            pub const fn get(self) -> usize {
                self.0
            }

            /// The first `count` indexes.
            pub fn first(
                count: usize,
            ) -> impl DoubleEndedIterator<Item = Self> + ExactSizeIterator + Clone {
                (0..count).map(Self)
            }

            /// Items, each with its index.
            pub(crate) fn each<I: IntoIterator>(items: I) -> impl Iterator<Item = (Self, I::Item)> {
                let items = items.into_iter().enumerate();
                items.map(|(number, item)| (Self(number), item))
            }
        }

        impl From<usize> for $name {
            fn from(number: usize) -> Self {
                Self(number)
            }
        }

        impl<T> Index<$name> for [T] {
            type Output = T;

            fn index(&self, index: $name) -> &T {
                &self[index.0]
            }
        }

        impl<T> IndexMut<$name> for [T] {
            fn index_mut(&mut self, index: $name) -> &mut T {
                &mut self[index.0]
            }
        }

        impl<T> Index<$name> for Vec<T> {
            type Output = T;

            fn index(&self, index: $name) -> &T {
                &self[index.0]
            }
        }

        impl<T> IndexMut<$name> for Vec<T> {
            fn index_mut(&mut self, index: $name) -> &mut T {
                &mut self[index.0]
            }
        }
    };
}

index! {
    /// A condition among those in force, in order of their ids.
    ConditionIndex
}

index! {
    /// A jurisdiction among those assessed, in order of their ids.
    PlaceIndex
}

index! {
    /// A fact of a schema, in the order of the schema.
    FactIndex
}

impl FactIndex {
    /// The fact that is the id of a record.
    pub(crate) const ID: Self = Self(0);
    /// The fact that is the name of a record.
    pub(crate) const NAME: Self = Self(1);
}

index! {
    /// A record of a rulebook, in order of their ids.
    RecordIndex
}

impl RecordIndex {
    /// The index in four bytes, for long lists.
    pub(crate) fn narrow(self) -> u32 {
        u32::try_from(self.0).expect("a record takes a byte at least")
    }
}

impl From<u32> for RecordIndex {
    fn from(number: u32) -> Self {
        Self(usize::try_from(number).expect("it is the number of a record"))
    }
}
