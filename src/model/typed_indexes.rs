//! Numbers of conditions, of jurisdictions assessed, of facts, and of records: each is a type of its
//! own, so the compiler refuses one where another is meant. Any list can be indexed by any of them.

use std::ops::{Index, IndexMut};

macro_rules! index {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(usize);

        impl $name {
            /// The number itself, from zero.
            pub const fn get(self) -> usize {
                self.0
            }

            /// The first so many.
            pub fn first(
                count: usize,
            ) -> impl DoubleEndedIterator<Item = Self> + ExactSizeIterator + Clone {
                (0..count).map(Self)
            }

            /// Items, each with its number.
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
    /// Which condition of those in force, in order of their ids.
    ConditionIndex
}

index! {
    /// Which of the jurisdictions that were assessed, in order of their ids.
    PlaceIndex
}

index! {
    /// Which of the facts of a schema, in its order.
    FactIndex
}

impl FactIndex {
    /// The fact that is the id of a record.
    pub(crate) const ID: Self = Self(0);
    /// The fact that is the name of a record.
    pub(crate) const NAME: Self = Self(1);
}

index! {
    /// Which of the records of a rulebook, in order of their ids.
    RecordIndex
}

impl RecordIndex {
    /// The number in four bytes, as long lists keep it.
    pub(crate) fn narrow(self) -> u32 {
        u32::try_from(self.0).expect("a record takes a byte at least")
    }
}

impl From<u32> for RecordIndex {
    fn from(number: u32) -> Self {
        Self(usize::try_from(number).expect("it is the number of a record"))
    }
}
