//! One fact of many records, as a flat column that can be read at memory speed.
//!
//! Each type has the narrowest form that holds it, with one value reserved for "unknown".

use std::collections::HashMap;
use std::sync::Arc;

use crate::model::fact::{CalculatedColumn, Date, FactSchema, FactType, Number, Value};

/// The values of one fact, by record.
#[derive(Clone, Debug)]
pub(crate) enum Column {
    /// Codes of a few values: `true` and `false`, or the choices; [`NO_CODE`] is unknown.
    Few(Vec<u8>, Arc<[Value]>),
    /// Small integers; [`NO_WHOLE`] is unknown.
    Whole(Vec<i32>),
    /// Days since 1970; [`NO_WHOLE`] is unknown.
    Days(Vec<i32>),
    /// Integers of any size; [`NO_WIDE`] is unknown.
    Wide(Vec<i64>),
    /// Stated numbers, each as the binary number that is printed with the same digits; NaN is
    /// unknown.
    Floats(Vec<f64>),
    /// Numbers that were calculated, each as it is.
    Numbers(Vec<Option<Number>>),
    /// Calculated numbers, whose exact values are computed on request.
    Calculated(CalculatedColumn),
    /// Indexes of texts; [`NO_TEXT`] is unknown.
    Texts(Vec<u32>, Arc<Texts>),
    /// Lists.
    Any(Vec<Option<Value>>),
}

pub(crate) const NO_CODE: u8 = u8::MAX;
pub(crate) const NO_WHOLE: i32 = i32::MIN;
pub(crate) const NO_WIDE: i64 = i64::MIN;
pub(crate) const NO_TEXT: u32 = u32::MAX;

/// Different texts, each with a number.
#[derive(Clone, Debug, Default)]
pub(crate) struct Texts {
    list: Vec<Arc<str>>,
    numbers: HashMap<Arc<str>, u32>,
}

impl Texts {
    /// The texts, by number.
    pub(crate) fn list(&self) -> &[Arc<str>] {
        &self.list
    }

    /// The text with a number.
    pub(crate) fn text(&self, number: u32) -> Option<&str> {
        let number = usize::try_from(number).ok()?;
        self.list.get(number).map(|text| &**text)
    }

    /// The number of a text that is there.
    pub(crate) fn find(&self, text: &str) -> Option<u32> {
        self.numbers.get(text).copied()
    }

    /// The number of a text, a new one if it is new.
    pub(crate) fn number(&mut self, text: &str) -> u32 {
        if let Some(known) = self.numbers.get(text) {
            return *known;
        }
        let number =
            u32::try_from(self.list.len()).expect("there are fewer texts than bytes in all files");
        let text: Arc<str> = text.into();
        self.list.push(Arc::clone(&text));
        self.numbers.insert(text, number);
        number
    }
}

impl Column {
    /// An empty column for a fact.
    pub(crate) fn of(schema: &FactSchema) -> Self {
        match &schema.ty {
            FactType::Boolean => Self::Few(Vec::new(), [false, true].map(Value::Boolean).into()),
            FactType::Choice(choices) if choices.len() < usize::from(NO_CODE) => Self::Few(
                Vec::new(),
                choices
                    .iter()
                    .map(|choice| Value::Text(Arc::clone(choice)))
                    .collect(),
            ),
            FactType::Integer => Self::Whole(Vec::new()),
            FactType::Number => Self::Floats(Vec::new()),
            FactType::Date => Self::Days(Vec::new()),
            FactType::Text | FactType::Choice(_) | FactType::Jurisdiction => {
                Self::Texts(Vec::new(), Arc::default())
            }
            FactType::List(_) => Self::Any(Vec::new()),
        }
    }

    /// The number of records.
    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Few(codes, _) => codes.len(),
            Self::Whole(values) | Self::Days(values) => values.len(),
            Self::Wide(values) => values.len(),
            Self::Floats(values) => values.len(),
            Self::Numbers(values) => values.len(),
            Self::Calculated(values) => values.near.len(),
            Self::Texts(numbers, _) => numbers.len(),
            Self::Any(values) => values.len(),
        }
    }

    /// The value of a record.
    pub(crate) fn get(&self, row: usize) -> Option<Value> {
        match self {
            Self::Few(codes, values) => values.get(usize::from(codes[row])).cloned(),
            Self::Whole(values) => {
                (values[row] != NO_WHOLE).then(|| Value::Integer(values[row].into()))
            }
            Self::Days(values) => {
                let day = (values[row] != NO_WHOLE).then(|| Date::from_days(values[row].into()))?;
                Some(Value::Date(
                    day.expect("it was a day when it was put there"),
                ))
            }
            Self::Wide(values) => (values[row] != NO_WIDE).then(|| Value::Integer(values[row])),
            Self::Floats(values) => Number::of_binary(values[row]).map(Value::Number),
            Self::Numbers(values) => values[row].clone().map(Value::Number),
            Self::Calculated(values) => values.number(row).map(Value::Number),
            Self::Texts(numbers, texts) => texts
                .list
                .get(usize::try_from(numbers[row]).ok()?)
                .map(|text| Value::Text(Arc::clone(text))),
            Self::Any(values) => values[row].clone(),
        }
    }

    /// Whether the value of a record is known.
    pub(crate) fn is_known(&self, row: usize) -> bool {
        match self {
            Self::Few(codes, _) => codes[row] != NO_CODE,
            Self::Whole(values) | Self::Days(values) => values[row] != NO_WHOLE,
            Self::Wide(values) => values[row] != NO_WIDE,
            Self::Floats(values) => !values[row].is_nan(),
            Self::Numbers(values) => values[row].is_some(),
            Self::Calculated(values) => values.is_known(row),
            Self::Texts(numbers, _) => numbers[row] != NO_TEXT,
            Self::Any(values) => values[row].is_some(),
        }
    }

    /// Marks the records whose value is unknown.
    pub(crate) fn mark_missing(&self, marks: &mut [bool]) {
        fn mark<T>(values: &[T], marks: &mut [bool], missing: impl Fn(&T) -> bool) {
            for (marked, value) in marks.iter_mut().zip(values) {
                *marked |= missing(value);
            }
        }
        match self {
            Self::Few(codes, _) => mark(codes, marks, |code| *code == NO_CODE),
            Self::Whole(values) | Self::Days(values) => {
                mark(values, marks, |value| *value == NO_WHOLE);
            }
            Self::Wide(values) => mark(values, marks, |value| *value == NO_WIDE),
            Self::Floats(values) => mark(values, marks, |value| value.is_nan()),
            Self::Numbers(values) => mark(values, marks, Option::is_none),
            Self::Calculated(values) => mark(&values.near, marks, |near| near.is_nan()),
            Self::Texts(numbers, _) => mark(numbers, marks, |number| *number == NO_TEXT),
            Self::Any(values) => mark(values, marks, Option::is_none),
        }
    }

    /// Whether a record has the very same value in another column of the same fact.
    pub(crate) fn same_at(&self, other: &Self, row: usize) -> bool {
        self.same_value(row, (other, row))
    }

    /// Whether a record has the very same value as a record in another column of the same fact.
    pub(crate) fn same_value(&self, row: usize, (other, at): (&Self, usize)) -> bool {
        match (self, other) {
            (Self::Few(one, _), Self::Few(other, _)) => one[row] == other[at],
            (Self::Whole(one), Self::Whole(other)) | (Self::Days(one), Self::Days(other)) => {
                one[row] == other[at]
            }
            (Self::Wide(one), Self::Wide(other)) => one[row] == other[at],
            (Self::Floats(one), Self::Floats(other)) => one[row].to_bits() == other[at].to_bits(),
            (Self::Calculated(one), Self::Calculated(other)) => one.same(row, (other, at)),
            _ => self.get(row) == other.get(at),
        }
    }

    /// Whether all records have.
    pub(crate) fn same(&self, other: &Self) -> bool {
        if self.len() != other.len() {
            return false;
        }
        if let (Self::Calculated(one), Self::Calculated(other)) = (self, other)
            && one.is_apart_somewhere(other)
        {
            return false;
        }
        let mut others = vec![false; self.len()];
        self.mark_others(other, &mut others);
        !others.contains(&true)
    }

    /// Marks the records that have another value in a column of the same fact, of the same records.
    pub(crate) fn mark_others(&self, other: &Self, marks: &mut [bool]) {
        match (self, other) {
            (Self::Few(one, _), Self::Few(other, _)) => mark(one, other, marks),
            (Self::Whole(one), Self::Whole(other)) | (Self::Days(one), Self::Days(other)) => {
                mark(one, other, marks);
            }
            (Self::Wide(one), Self::Wide(other)) => mark(one, other, marks),
            (Self::Floats(one), Self::Floats(other)) => {
                for (marked, (one, other)) in marks.iter_mut().zip(one.iter().zip(other)) {
                    *marked |= one.to_bits() != other.to_bits();
                }
            }
            (Self::Calculated(one), Self::Calculated(other)) => one.mark_others(other, marks),
            _ => {
                for (row, marked) in marks.iter_mut().enumerate() {
                    *marked = *marked || !self.same_at(other, row);
                }
            }
        }
    }

    /// A column of whole numbers, in the narrowest form.
    pub(crate) fn of_wholes(numbers: impl Iterator<Item = Option<i64>> + Clone) -> Self {
        let small = |number: Option<i64>| match number {
            Some(number) => i32::try_from(number).ok().filter(|it| *it != NO_WHOLE),
            None => Some(NO_WHOLE),
        };
        match numbers.clone().map(small).collect() {
            Some(small) => Self::Whole(small),
            None => Self::Wide(numbers.map(|number| number.unwrap_or(NO_WIDE)).collect()),
        }
    }

    /// A column of a fact that is a number.
    pub(crate) fn of_numbers(schema: &FactSchema, numbers: Vec<Option<Number>>) -> Self {
        if schema.ty == FactType::Integer {
            let whole = |number: &Option<Number>| number.as_ref().and_then(Number::whole);
            return Self::of_wholes(numbers.iter().map(whole));
        }
        let binary = |number: &Option<Number>| match number {
            Some(number) => number.binary(),
            None => Some(f64::NAN),
        };
        match numbers.iter().map(binary).collect() {
            Some(floats) => Self::Floats(floats),
            None => Self::Numbers(numbers),
        }
    }

    /// Computes numbers that are computed on request, so that they can be changed.
    fn make(&mut self) {
        if let Self::Calculated(values) = self {
            let all = (0..values.near.len()).map(|row| values.number(row));
            *self = Self::Numbers(all.collect());
        }
    }

    /// Adds a record.
    pub(crate) fn push(&mut self, value: Option<&Value>) {
        self.make();
        match self {
            Self::Few(codes, _) => codes.push(NO_CODE),
            Self::Whole(values) | Self::Days(values) => values.push(NO_WHOLE),
            Self::Wide(values) => values.push(NO_WIDE),
            Self::Floats(values) => values.push(f64::NAN),
            Self::Numbers(values) => values.push(None),
            Self::Calculated(_) => unreachable!("they are made"),
            Self::Texts(numbers, _) => numbers.push(NO_TEXT),
            Self::Any(values) => values.push(None),
        }
        if value.is_some() {
            self.set(self.len() - 1, value);
        }
    }

    /// Replaces the values of some records by one value.
    pub(crate) fn set_all(&mut self, rows: impl Iterator<Item = usize>, value: &Value) {
        match self {
            Self::Few(codes, values) => {
                let found = values.iter().position(|known| known == value);
                let code = found.and_then(|code| u8::try_from(code).ok());
                rows.for_each(|row| codes[row] = code.unwrap_or(NO_CODE));
            }
            _ => rows.for_each(|row| self.set(row, Some(value))),
        }
    }

    /// Puts another value in place of a record's. Wholes become wide ones when they have to.
    pub(crate) fn set(&mut self, row: usize, value: Option<&Value>) {
        self.make();
        if let (Self::Floats(values), Some(Value::Number(number))) = (&mut *self, value) {
            if let Some(binary) = number.binary() {
                values[row] = binary;
                return;
            }
            let numbers = values.iter().map(|value| Number::of_binary(*value));
            *self = Self::Numbers(numbers.collect());
        }
        if let (Self::Whole(values), Some(Value::Integer(number))) = (&*self, value)
            && i32::try_from(*number).map_or(true, |small| small == NO_WHOLE)
        {
            let wide = values.iter().map(|value| {
                if *value == NO_WHOLE {
                    NO_WIDE
                } else {
                    i64::from(*value)
                }
            });
            *self = Self::Wide(wide.collect());
        }
        match (self, value) {
            (Self::Few(codes, values), value) => {
                let found = value.and_then(|value| values.iter().position(|known| known == value));
                codes[row] = found
                    .and_then(|code| u8::try_from(code).ok())
                    .unwrap_or(NO_CODE);
            }
            (Self::Whole(values), value) => {
                let small = value.and_then(|value| match value {
                    Value::Integer(number) => i32::try_from(*number).ok(),
                    _ => None,
                });
                values[row] = small.unwrap_or(NO_WHOLE);
            }
            (Self::Days(values), value) => {
                let days = value.and_then(|value| match value {
                    Value::Date(day) => i32::try_from(day.days()).ok(),
                    _ => None,
                });
                values[row] = days.unwrap_or(NO_WHOLE);
            }
            (Self::Wide(values), Some(Value::Integer(number))) => values[row] = *number,
            (Self::Wide(values), _) => values[row] = NO_WIDE,
            (Self::Floats(values), _) => values[row] = f64::NAN,
            (Self::Numbers(values), Some(Value::Number(number))) => {
                values[row] = Some(number.clone());
            }
            (Self::Numbers(values), _) => values[row] = None,
            (Self::Calculated(_), _) => unreachable!("they are made"),
            (Self::Texts(numbers, texts), Some(Value::Text(text))) => {
                numbers[row] = Arc::make_mut(texts).number(text);
            }
            (Self::Texts(numbers, _), _) => numbers[row] = NO_TEXT,
            (Self::Any(values), value) => values[row] = value.cloned(),
        }
    }

    /// Adds a record of another column of the same fact.
    pub(crate) fn push_from(&mut self, other: &Self, row: usize) {
        match (&mut *self, other) {
            (Self::Few(codes, _), Self::Few(from, _)) => codes.push(from[row]),
            (Self::Whole(values), Self::Whole(from)) | (Self::Days(values), Self::Days(from)) => {
                values.push(from[row]);
            }
            (Self::Floats(values), Self::Floats(from)) => values.push(from[row]),
            _ => self.push(other.get(row).as_ref()),
        }
    }

    /// Adds all records of another column of the same fact.
    pub(crate) fn append(&mut self, other: &Self) {
        match (&mut *self, other) {
            (Self::Few(codes, _), Self::Few(more, _)) => codes.extend_from_slice(more),
            (Self::Whole(values), Self::Whole(more)) | (Self::Days(values), Self::Days(more)) => {
                values.extend_from_slice(more);
            }
            (Self::Floats(values), Self::Floats(more)) => values.extend_from_slice(more),
            _ => (0..other.len()).for_each(|row| self.push_from(other, row)),
        }
    }

    /// The column with a range of values replaced; this very column if no value differs.
    pub(crate) fn spliced(
        self: &Arc<Self>,
        old: std::ops::Range<usize>,
        middle: &Self,
    ) -> Arc<Self> {
        let count = middle.len();
        if old.len() == count {
            let others: Vec<usize> = (0..count)
                .filter(|index| self.get(old.start + index) != middle.get(*index))
                .collect();
            if others.is_empty() {
                return Arc::clone(self);
            }
            let mut column = (**self).clone();
            for index in others {
                column.set(old.start + index, middle.get(index).as_ref());
            }
            return column.into();
        }
        let mut column = self.empty();
        (0..old.start).for_each(|row| column.push_from(self, row));
        column.append(middle);
        (old.end..self.len()).for_each(|row| column.push_from(self, row));
        column.into()
    }

    /// A column of the same fact without records.
    fn empty(&self) -> Self {
        match self {
            Self::Few(_, values) => Self::Few(Vec::new(), Arc::clone(values)),
            Self::Whole(_) => Self::Whole(Vec::new()),
            Self::Days(_) => Self::Days(Vec::new()),
            Self::Wide(_) => Self::Wide(Vec::new()),
            Self::Floats(_) | Self::Numbers(_) | Self::Calculated(_) => Self::Floats(Vec::new()),
            Self::Texts(_, texts) => Self::Texts(Vec::new(), Arc::clone(texts)),
            Self::Any(_) => Self::Any(Vec::new()),
        }
    }

    /// Frees capacity that was reserved and not used.
    pub(crate) fn shrink(&mut self) {
        match self {
            Self::Few(codes, _) => codes.shrink_to_fit(),
            Self::Whole(values) | Self::Days(values) => values.shrink_to_fit(),
            Self::Wide(values) => values.shrink_to_fit(),
            Self::Floats(values) => values.shrink_to_fit(),
            Self::Numbers(values) => values.shrink_to_fit(),
            Self::Calculated(values) => {
                values.near.shrink_to_fit();
                values.error.shrink_to_fit();
            }
            Self::Texts(numbers, _) => numbers.shrink_to_fit(),
            Self::Any(values) => values.shrink_to_fit(),
        }
    }

    /// Room for more records.
    pub(crate) fn reserve(&mut self, count: usize) {
        match self {
            Self::Few(codes, _) => codes.reserve_exact(count),
            Self::Whole(values) | Self::Days(values) => values.reserve_exact(count),
            Self::Wide(values) => values.reserve_exact(count),
            Self::Floats(values) => values.reserve_exact(count),
            Self::Numbers(values) => values.reserve_exact(count),
            Self::Calculated(_) => {}
            Self::Texts(numbers, _) => numbers.reserve_exact(count),
            Self::Any(values) => values.reserve_exact(count),
        }
    }
}

fn mark<T: PartialEq>(one: &[T], other: &[T], marks: &mut [bool]) {
    for (marked, (one, other)) in marks.iter_mut().zip(one.iter().zip(other)) {
        *marked |= one != other;
    }
}
