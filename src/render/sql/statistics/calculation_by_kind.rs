//! The calculation of the value of a group, for each kind of statistic.

use crate::analysis::export_logic::Used;
use crate::model::fact::{FactType, Number};
use crate::model::rulebook::{Order, StatisticKind};
use crate::render::sql::dialect::Dialect;
use crate::render::sql::fraction::{Written, parts};
use crate::render::sql::literal;
use crate::render::sql::named_select::named;
use crate::render::sql::validated_columns::Fraction;

/// The columns with the members and their inputs.
pub(super) struct GroupMembers {
    /// 1 for a member, 0 for all others.
    pub(super) member: String,
    /// 1 for one that makes its group unknown, and for one that makes all groups so.
    pub(super) open: Option<(String, String)>,
    /// 1 if a value may differ from the one in `check`.
    pub(super) bad: Option<String>,
    pub(super) by: Vec<String>,
    /// An integer column, NULL if there is no member, and its factor.
    pub(super) of: Option<(String, Number)>,
    pub(super) over: Option<(String, Number)>,
    /// The expression by which members are ordered.
    pub(super) sorted: Option<String>,
    pub(super) ties: Vec<(String, Order)>,
}

/// Columns, SELECT by SELECT.
#[derive(Default)]
pub(super) struct Stages {
    pub(super) columns: [Vec<(String, String)>; 3],
}

impl Stages {
    fn put(&mut self, stage: usize, name: String, what: String) -> String {
        self.columns[stage].push((name.clone(), what));
        name
    }

    pub(super) fn extend(&mut self, other: Self) {
        for (mine, more) in self.columns.iter_mut().zip(other.columns) {
            mine.extend(more);
        }
    }
}

/// Bounds of integers that nothing else bounds.
const ANY: (f64, f64) = (-1e30, 1e30);

struct StatisticSql<'a> {
    members: &'a GroupMembers,
    dialect: Dialect,
    number: usize,
    stages: Stages,
}

/// The columns of a statistic, and how they are read.
pub(super) fn stages(
    used: &Used<'_>,
    members: &GroupMembers,
    dialect: Dialect,
    number: usize,
) -> Written<(Stages, Fraction)> {
    let mut kind = StatisticSql {
        members,
        dialect,
        number,
        stages: Stages::default(),
    };
    let [over, under] = named(number);
    let statistic = &used.measured.statistic;
    let (value, below, factor) = kind.value(statistic.kind, statistic.order)?;
    let mut known = kind.known();
    let is_count = statistic.kind == StatisticKind::Count;
    if !is_count && !statistic.kind.is_own() {
        known.push(format!("{} > 0", kind.count()));
    }
    let guarded = |value: String| match known.as_slice() {
        [] => value,
        known => format!("CASE WHEN {} THEN {value} END", known.join(" AND ")),
    };
    let whole = used.fact.schema.ty == FactType::Integer;
    let ty = if whole {
        dialect.integer()
    } else {
        dialect.whole()
    };
    let cast = |value: &str, ty: &str| format!("CAST({value} AS {ty})");
    let mut stages = kind.stages;
    let fraction = match below {
        None => {
            stages.put(2, over.clone(), guarded(cast(&value, ty)));
            Fraction {
                factor,
                over,
                over_bounds: ANY,
                under: None,
                under_bounds: ANY,
            }
        }
        // The divisor is made positive.
        Some(below) => {
            let signed =
                format!("CASE WHEN {below} < 0 THEN -{value} WHEN {below} > 0 THEN {value} END");
            stages.put(2, over.clone(), guarded(cast(&signed, ty)));
            stages.put(
                2,
                under.clone(),
                cast(&format!("ABS({below})"), dialect.whole()),
            );
            Fraction {
                factor,
                over,
                over_bounds: ANY,
                under: Some(under),
                under_bounds: (0.0, ANY.1),
            }
        }
    };
    Ok((stages, fraction))
}

impl StatisticSql<'_> {
    fn name(&self, suffix: &str) -> String {
        format!("_s{}_{suffix}", self.number)
    }

    /// The window over the group of a record; with `members`, over the members of the group only.
    fn window(&self, members: bool, order: &str) -> String {
        let by = self.members.by.iter().cloned();
        let member = members.then(|| self.members.member.clone());
        let by: Vec<String> = by.chain(member).collect();
        let by = if by.is_empty() {
            String::new()
        } else {
            format!("PARTITION BY {}", by.join(", "))
        };
        let space = if by.is_empty() || order.is_empty() {
            ""
        } else {
            " "
        };
        format!("OVER ({by}{space}{order})")
    }

    fn count(&mut self) -> String {
        let name = self.name("n");
        if !self.stages.columns[0]
            .iter()
            .any(|(known, _)| *known == name)
        {
            let sum = format!("SUM({}) {}", self.members.member, self.window(false, ""));
            let what = format!("CAST({sum} AS {})", self.dialect.whole());
            self.stages.put(0, name.clone(), what);
        }
        name
    }

    /// The requirements for the statistic to be known.
    fn known(&mut self) -> Vec<String> {
        let mut known: Vec<String> = Vec::new();
        known.extend(self.members.by.iter().map(|by| format!("{by} IS NOT NULL")));
        if let Some(bad) = &self.members.bad {
            let what = format!("SUM({bad}) OVER ()");
            known.push(format!(
                "{} = 0",
                self.stages.put(0, self.name("any_bad"), what)
            ));
        }
        if let Some((left, lost)) = &self.members.open {
            let what = format!("SUM({left}) {}", self.window(false, ""));
            known.push(format!(
                "{} = 0",
                self.stages.put(0, self.name("any_left"), what)
            ));
            let what = format!("SUM({lost}) OVER ()");
            known.push(format!(
                "{} = 0",
                self.stages.put(0, self.name("any_lost"), what)
            ));
        }
        known
    }

    /// The sum of whole numbers, which does not run over.
    fn sum(&mut self, suffix: &str, of: &str, window: &str) -> String {
        if self.dialect != Dialect::Sqlite {
            let what = format!("CAST(SUM({of}) {window} AS {})", self.dialect.whole());
            return self.stages.put(0, self.name(suffix), what);
        }
        // In two parts: 18 digits are soon used up.
        let part = |this: &mut Self, part: &str, what: &str| {
            let what = format!("SUM({of} {what} 1000000000) {window}");
            this.stages
                .put(0, this.name(&format!("{suffix}_{part}")), what)
        };
        let (high, low) = (part(self, "high", "/"), part(self, "low", "%"));
        let most = literal::number(self.dialect, 8e9);
        let what = format!(
            "CASE WHEN ABS(CAST({high} AS REAL)) < {most} AND ABS(CAST({low} AS REAL)) < 1e18 \
             THEN {high} * 1000000000 + {low} END"
        );
        self.stages.put(1, self.name(suffix), what)
    }

    /// The value of a statistic: numerator, divisor, and factor.
    fn value(
        &mut self,
        kind: StatisticKind,
        order: Order,
    ) -> Written<(String, Option<String>, Number)> {
        let no_number = || "it is of no number".to_owned();
        let of = self.members.of.clone();
        let part = |percent: &Number| percent.over(&100.into()).unwrap_or(Number::ZERO);
        match kind {
            StatisticKind::Count => Ok((self.count(), None, Number::ONE)),
            StatisticKind::Sum => {
                let (x, factor) = of.ok_or_else(no_number)?;
                let window = self.window(false, "");
                Ok((self.sum("sum", &x, &window), None, factor))
            }
            StatisticKind::Mean | StatisticKind::Share => {
                let (x, factor) = of.ok_or_else(no_number)?;
                let window = self.window(false, "");
                let sum = self.sum("sum", &x, &window);
                Ok((sum, Some(self.count()), factor))
            }
            StatisticKind::Ratio => {
                let (x, factor) = of.ok_or_else(no_number)?;
                let (y, below) = self.members.over.clone().ok_or_else(no_number)?;
                let window = self.window(false, "");
                let (sum, under) = (self.sum("sum", &x, &window), self.sum("under", &y, &window));
                let factor = factor.over(&below).ok_or_else(no_number)?;
                Ok((sum, Some(under), factor))
            }
            StatisticKind::Min | StatisticKind::Max => {
                let (x, factor) = of.ok_or_else(no_number)?;
                let word = if kind == StatisticKind::Min {
                    "MIN"
                } else {
                    "MAX"
                };
                // A negative factor would swap the greatest and the least: there is none.
                let what = format!("{word}({x}) {}", self.window(false, ""));
                Ok((self.stages.put(0, self.name("end"), what), None, factor))
            }
            StatisticKind::Median => self.quantile(&part(&50.into())),
            StatisticKind::Percentile(p) => {
                let percent = Number::of_binary(p).unwrap_or(Number::ZERO);
                self.quantile(&part(&percent))
            }
            StatisticKind::Rank => {
                let order = self.order(order)?;
                let what = format!("RANK() {}", self.window(true, &order));
                let rank = self.stages.put(0, self.name("rank"), what);
                Ok((self.of_members(&rank)?, None, Number::ONE))
            }
            StatisticKind::CumulativeShare => {
                let (x, _) = of.ok_or_else(no_number)?;
                let order = self.order(order)?;
                let (up_to, all) = (self.window(true, &order), self.window(false, ""));
                let sum = self.sum("up_to", &x, &up_to);
                let total = self.sum("total", &x, &all);
                Ok((self.of_members(&sum)?, Some(total), Number::ONE))
            }
        }
    }

    /// The ORDER BY of members.
    fn order(&self, order: Order) -> Written<String> {
        let sorted = self
            .members
            .sorted
            .clone()
            .ok_or("nothing puts it in order")?;
        let word = |order: Order| match order {
            Order::Ascending => "",
            Order::Descending => " DESC",
        };
        let first = format!("{sorted}{}", word(order));
        let ties = self.members.ties.iter();
        let ties = ties.map(|(tie, order)| format!("{tie}{}", word(*order)));
        let all: Vec<String> = std::iter::once(first).chain(ties).collect();
        Ok(format!("ORDER BY {}", all.join(", ")))
    }

    /// A rank, for those who have one: members that a known fact distinguishes.
    fn of_members(&mut self, place: &str) -> Written<String> {
        let member = &self.members.member;
        if self.members.ties.is_empty() {
            return Ok(format!("CASE WHEN {member} = 1 THEN {place} END"));
        }
        let sorted = self
            .members
            .sorted
            .clone()
            .ok_or("nothing puts it in order")?;
        let by: Vec<&String> = self.members.by.iter().chain([member, &sorted]).collect();
        let by = by
            .iter()
            .map(|by| by.as_str())
            .collect::<Vec<_>>()
            .join(", ");
        let unknown = self.members.ties.iter();
        let unknown = unknown.map(|(tie, _)| format!("{tie} IS NULL"));
        let unknown = unknown.collect::<Vec<_>>().join(" OR ");
        let alike = format!("SUM(1) OVER (PARTITION BY {by})");
        let open = format!("SUM(CASE WHEN {unknown} THEN 1 ELSE 0 END) OVER (PARTITION BY {by})");
        let alike = self.stages.put(0, self.name("alike"), alike);
        let open = self.stages.put(0, self.name("open"), open);
        Ok(format!(
            "CASE WHEN {member} = 1 AND ({alike} = 1 OR {open} = 0) THEN {place} END"
        ))
    }

    /// The number at a part, from 0 to 1, of the members in order, in a straight line between two:
    /// the last that is not behind `part * (n - 1)` from the least, and the one after it.
    fn quantile(&mut self, part: &Number) -> Written<(String, Option<String>, Number)> {
        let (x, factor) = self.members.of.clone().ok_or("it is of no number")?;
        let (p, q) = parts(part)?;
        let whole = self.dialect.whole();
        let window = self.window(true, &format!("ORDER BY {x}"));
        let what = format!("CAST(ROW_NUMBER() {window} AS {whole})");
        let place = self.stages.put(0, self.name("place"), what);
        let n = self.count();
        // `q` times the position of the quantile, counted from the least.
        let at = format!("({n} - 1) * {p}");
        let member = &self.members.member;
        let group = self.window(false, "");
        let nth = |name: &str, ahead: usize, what: &str| {
            let here = format!("({place} - {ahead}) * {q}");
            let next = format!("({place} - {ahead} + 1) * {q}");
            let found = format!(
                "MAX(CASE WHEN {member} = 1 AND {here} <= {at} AND {at} < {next} THEN {what} END) {group}"
            );
            (name.to_owned(), found)
        };
        let found = [nth("low", 1, &x), nth("high", 2, &x), nth("at", 1, &place)];
        let [low, high, at_place] =
            found.map(|(name, what)| self.stages.put(1, self.name(&name), what));
        let rest = format!("({at} - ({at_place} - 1) * {q})");
        let value = format!("({low} * {q} + {rest} * (COALESCE({high}, {low}) - {low}))");
        let factor = factor.over(&q).ok_or("a part is over something")?;
        Ok((value, None, factor))
    }
}
