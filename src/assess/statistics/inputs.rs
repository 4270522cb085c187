//! The facts that a statistic is calculated from.

use crate::model::fact::Column;
use crate::model::rulebook::Order;
use crate::model::typed_indexes::FactIndex;

/// The inputs of a statistic, by their indexes in the schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct StatisticInputs {
    pub(crate) of: Option<FactIndex>,
    pub(crate) over: Option<FactIndex>,
    pub(crate) along: Option<FactIndex>,
    pub(crate) filter: Option<FactIndex>,
    pub(crate) by: Vec<FactIndex>,
    pub(crate) ties: Vec<(FactIndex, Order)>,
}

impl StatisticInputs {
    /// The indexes of all inputs.
    pub(crate) fn all(&self) -> impl Iterator<Item = FactIndex> {
        let single = [self.of, self.over, self.along, self.filter]
            .into_iter()
            .flatten();
        single
            .chain(self.by.iter().copied())
            .chain(self.ties.iter().map(|(slot, _)| *slot))
    }
}

/// The columns that a statistic is calculated from.
pub(crate) struct InputColumns<'a> {
    pub(crate) of: Option<&'a Column>,
    pub(crate) over: Option<&'a Column>,
    pub(crate) along: Option<&'a Column>,
    pub(crate) filter: Option<&'a Column>,
    pub(crate) ties: Vec<&'a Column>,
}
