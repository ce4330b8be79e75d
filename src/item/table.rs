//! A generated table and what can be computed from it.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use serde::Deserialize;

use crate::scheme::Text;

use super::{decimal::Decimal, draw::Draw};

/// A column of a generated table.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Column {
    /// What conditions and computations name it by.
    pub id: String,
    /// Its title in the file.
    pub title: Text,
    /// What is drawn.
    pub kind: ColumnKind,
}

/// What is drawn in a column.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ColumnKind {
    /// Numbers that follow each other.
    Serial {
        /// The first.
        from: i64,
    },
    /// One of these.
    Choice {
        /// The values, the same in both languages.
        values: Vec<String>,
    },
    /// A whole number, bounds included.
    Integer {
        /// The smallest.
        min: i64,
        /// The largest.
        max: i64,
    },
    /// A decimal number, bounds included.
    Decimal {
        /// The smallest.
        min: Decimal,
        /// The largest.
        max: Decimal,
        /// Digits after the mark.
        decimals: u32,
    },
    /// A day, bounds included.
    Date {
        /// The first.
        from: NaiveDate,
        /// The last.
        to: NaiveDate,
    },
}

/// A value of a generated table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Cell {
    /// Some words.
    Words(String),
    /// A number.
    Number(Decimal),
    /// A day.
    Date(NaiveDate),
}

/// A generated table: rows of cells, in the order of the columns.
pub(super) type Rows = Vec<Vec<Cell>>;

/// What is asked about a generated file.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Computed {
    /// How rows are summed up.
    #[serde(default)]
    pub aggregate: Option<Aggregate>,
    /// The column that is summed up.
    #[serde(default)]
    pub column: String,
    /// Of `top`: what is summed up for each value of `column`.
    #[serde(default)]
    pub by: String,
    /// Which rows count; all conditions must hold.
    #[serde(default, rename = "where")]
    pub conditions: Vec<Condition>,
    /// What a number is rounded to.
    #[serde(default)]
    pub decimals: u32,
    /// Of a picture: `width`, `height` or the name of a text.
    #[serde(default)]
    pub property: Option<String>,
}

/// How rows are summed up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Aggregate {
    /// How many rows.
    Count,
    /// The sum of a number column.
    Sum,
    /// The mean of a number column.
    Average,
    /// The smallest of a number column.
    Min,
    /// The largest of a number column.
    Max,
    /// How many different values.
    Distinct,
    /// The value of one column with the highest sum of another.
    Top,
}

/// A condition on a row; exactly one of the four.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    /// The column.
    pub column: String,
    /// The same value.
    #[serde(default)]
    pub equals: Option<String>,
    /// That or more; that day or later.
    #[serde(default)]
    pub at_least: Option<String>,
    /// That or less; that day or earlier.
    #[serde(default)]
    pub at_most: Option<String>,
    /// These characters somewhere.
    #[serde(default)]
    pub contains: Option<String>,
}

/// What a computation found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Found {
    /// A number.
    Number(Decimal),
    /// Some words.
    Words(String),
}

impl Cell {
    fn number(&self) -> Option<Decimal> {
        match self {
            Self::Number(number) => Some(*number),
            Self::Words(_) | Self::Date(_) => None,
        }
    }

    /// The cell as a file shows it, with a decimal point.
    pub(super) fn shown(&self) -> String {
        match self {
            Self::Words(words) => words.clone(),
            Self::Number(number) => number.to_string(),
            Self::Date(date) => date.to_string(),
        }
    }

    /// How the cell stands to a bound; words are compared as numbers where both are.
    fn compare(&self, bound: &str) -> std::cmp::Ordering {
        let words = self.shown();
        match (Decimal::parse(&words), Decimal::parse(bound)) {
            (Some(number), Some(bound)) => number.cmp(&bound),
            _ => words.as_str().cmp(bound),
        }
    }
}

impl Condition {
    fn holds(&self, cell: &Cell) -> bool {
        let equals = |text: &String| match cell {
            Cell::Words(words) => words == text,
            Cell::Number(_) | Cell::Date(_) => cell.compare(text).is_eq(),
        };
        self.equals.as_ref().is_none_or(equals)
            && self.at_least.as_ref().is_none_or(|bound| cell.compare(bound).is_ge())
            && self.at_most.as_ref().is_none_or(|bound| cell.compare(bound).is_le())
            && self.contains.as_ref().is_none_or(|part| cell.shown().contains(part.as_str()))
    }
}

/// Draws a table.
pub(super) fn draw_rows(columns: &[Column], rows: usize, draw: &Draw) -> Rows {
    let row = |number| columns.iter().map(|column| draw_cell(&column.kind, number, draw)).collect();
    (0..i64::try_from(rows).unwrap_or(0)).map(row).collect()
}

fn draw_cell(kind: &ColumnKind, row: i64, draw: &Draw) -> Cell {
    match kind {
        ColumnKind::Serial { from } => Cell::Number(Decimal::new((from + row).into(), 0)),
        ColumnKind::Choice { values } => Cell::Words(draw.one_of(values).clone()),
        ColumnKind::Integer { min, max } => {
            Cell::Number(Decimal::new(draw.between(*min, *max).into(), 0))
        }
        ColumnKind::Decimal { min, max, decimals } => {
            let (min, max) = (min.units(*decimals), max.units(*decimals));
            Cell::Number(Decimal::new(draw.between(min, max).into(), *decimals))
        }
        ColumnKind::Date { from, to } => {
            let day = draw.between(0, (*to - *from).num_days());
            Cell::Date(*from + chrono::Duration::days(day))
        }
    }
}

/// What `computed` finds in a table; nothing when no row counts or the highest sum is shared.
pub(super) fn compute(computed: &Computed, columns: &[Column], rows: &Rows) -> Option<Found> {
    let place = |id: &str| columns.iter().position(|column| column.id == id);
    let counts = |row: &&Vec<Cell>| {
        computed
            .conditions
            .iter()
            .all(|condition| place(&condition.column).is_some_and(|at| condition.holds(&row[at])))
    };
    let rows: Vec<&Vec<Cell>> = rows.iter().filter(counts).collect();
    let column = place(&computed.column);
    let numbers = || rows.iter().filter_map(|row| row[column?].number());
    let count = |n: usize| Decimal::new(i128::try_from(n).unwrap_or(0), 0);
    let sum = || numbers().fold(count(0), Decimal::plus);
    let number = match computed.aggregate? {
        Aggregate::Count => count(rows.len()),
        Aggregate::Distinct => count(
            rows.iter().map(|row| column.map(|at| row[at].shown())).collect::<BTreeSet<_>>().len(),
        ),
        Aggregate::Sum => sum().rounded(computed.decimals),
        Aggregate::Average if rows.is_empty() => return None,
        Aggregate::Average => sum().divided(u32::try_from(rows.len()).ok()?, computed.decimals),
        Aggregate::Min => numbers().min()?.rounded(computed.decimals),
        Aggregate::Max => numbers().max()?.rounded(computed.decimals),
        Aggregate::Top => return top(&rows, column?, place(&computed.by)?).map(Found::Words),
    };
    Some(Found::Number(number))
}

fn top(rows: &[&Vec<Cell>], column: usize, by: usize) -> Option<String> {
    let mut sums: BTreeMap<String, Decimal> = BTreeMap::new();
    for row in rows {
        let sum = sums.entry(row[column].shown()).or_insert(Decimal::new(0, 0));
        *sum = sum.plus(row[by].number()?);
    }
    let highest = *sums.values().max()?;
    let mut best = sums.into_iter().filter(|(_, sum)| *sum == highest);
    best.next().filter(|_| best.next().is_none()).map(|(value, _)| value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns() -> Vec<Column> {
        toml::from_str::<BTreeMap<String, Vec<Column>>>(
            r#"c = [
              { id = "class", title = { fr = "Classe", en = "Class" }, kind = { choice = { values = ["6A", "5B"] } } },
              { id = "days", title = { fr = "Jours", en = "Days" }, kind = { integer = { min = 1, max = 9 } } },
              { id = "on", title = { fr = "Le", en = "On" }, kind = { date = { from = "2026-01-01", to = "2026-12-31" } } },
            ]"#,
        )
        .unwrap()
        .remove("c")
        .unwrap()
    }

    fn rows() -> Rows {
        [("6A", 3, "2026-01-10"), ("5B", 9, "2026-02-01"), ("6A", 4, "2026-03-05")]
            .map(|(class, days, on)| {
                vec![
                    Cell::Words(class.into()),
                    Cell::Number(Decimal::new(days, 0)),
                    Cell::Date(on.parse().unwrap()),
                ]
            })
            .to_vec()
    }

    fn found(computed: &str) -> Option<String> {
        let computed = toml::from_str(computed).unwrap();
        compute(&computed, &columns(), &rows()).map(|found| match found {
            Found::Number(number) => number.to_string(),
            Found::Words(words) => words,
        })
    }

    #[test]
    fn computations_find_what_a_spreadsheet_finds() {
        let text = |text: &str| Some(text.to_owned());
        assert_eq!(found("aggregate = 'count'"), text("3"));
        assert_eq!(found("aggregate = 'sum'\ncolumn = 'days'"), text("16"));
        assert_eq!(found("aggregate = 'average'\ncolumn = 'days'\ndecimals = 2"), text("5.33"));
        let six_a = "where = [{ column = 'class', equals = '6A' }]";
        assert_eq!(found(&format!("aggregate = 'max'\ncolumn = 'days'\n{six_a}")), text("4"));
        assert_eq!(found("aggregate = 'distinct'\ncolumn = 'class'"), text("2"));
        assert_eq!(found("aggregate = 'top'\ncolumn = 'class'\nby = 'days'"), text("5B"));
        let late = "where = [{ column = 'on', at_least = '2026-02-01' }]";
        assert_eq!(found(&format!("aggregate = 'count'\n{late}")), text("2"));
        let none = "where = [{ column = 'class', equals = '4C' }]";
        assert_eq!(found(&format!("aggregate = 'average'\ncolumn = 'days'\n{none}")), None);
    }
}
