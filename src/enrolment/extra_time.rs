//! Extra time: an exact fraction of a part's duration.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::Fault;

/// The largest denominator that a decision on accommodations may name.
const MAX_DENOMINATOR: i32 = 1000;
/// The largest denominator looked for behind a number that a spreadsheet shows as a fraction.
const MAX_SHOWN_DENOMINATOR: i32 = 12;

/// An exact fraction of a part's duration, in lowest terms: 1/3, never 33 %.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, sqlx::FromRow)]
pub struct ExtraTime {
    /// Above the line; 0 when there is no extra time.
    #[sqlx(rename = "extra_numerator")]
    pub numerator: i32,
    /// Below the line.
    #[sqlx(rename = "extra_denominator")]
    pub denominator: i32,
}

impl ExtraTime {
    /// No extra time.
    pub const NONE: Self = Self { numerator: 0, denominator: 1 };

    /// A fraction above 0 and at most 1, brought to its lowest terms.
    ///
    /// # Errors
    /// [`Fault::ExtraTimeOutOfRange`], or [`Fault::NotAFraction`] when the denominator is 0 or
    /// larger than any decision names.
    pub fn new(numerator: i32, denominator: i32) -> Result<Self, Fault> {
        if !(1..=MAX_DENOMINATOR).contains(&denominator) {
            return Err(Fault::NotAFraction);
        }
        if numerator < 1 || numerator > denominator {
            return Err(Fault::ExtraTimeOutOfRange);
        }
        let common = greatest_common_divisor(numerator, denominator);
        Ok(Self { numerator: numerator / common, denominator: denominator / common })
    }

    /// The fraction behind a number, when a spreadsheet can only have computed it from one: what is
    /// shown as 1/3 is stored as 0.333333333333333, whereas 0.33 is no fraction of this kind.
    ///
    /// # Errors
    /// [`Fault::NotAFraction`].
    pub fn from_number(number: f64) -> Result<Self, Fault> {
        let fraction = (1..=MAX_SHOWN_DENOMINATOR).find_map(|denominator| {
            (1..=denominator)
                .find(|&n| (number - f64::from(n) / f64::from(denominator)).abs() < 1e-12)
                .map(|numerator| (numerator, denominator))
        });
        fraction.map_or(Err(Fault::NotAFraction), |(n, d)| Self::new(n, d))
    }

    /// The seconds allowed for a part of `base_s` seconds, rounded up to the whole second.
    ///
    pub fn allowed_s(self, base_s: i64) -> i64 {
        let (n, d) = (i64::from(self.numerator), i64::from(self.denominator));
        base_s + (base_s * n + d - 1) / d
    }
}

impl fmt::Display for ExtraTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.numerator == 0 {
            return Ok(());
        }
        write!(f, "{}/{}", self.numerator, self.denominator)
    }
}

fn greatest_common_divisor(a: i32, b: i32) -> i32 {
    if b == 0 { a } else { greatest_common_divisor(b, a % b) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_third_more_is_exact_and_rounded_up_to_the_second() {
        let third = ExtraTime::new(1, 3).unwrap();
        for (base, allowed) in [(75 * 60, 100 * 60), (90 * 60, 120 * 60), (100, 134)] {
            assert_eq!(third.allowed_s(base), allowed);
        }
        assert_eq!(ExtraTime::NONE.allowed_s(100), 100);
    }

    #[test]
    fn a_number_that_is_not_exactly_a_fraction_is_refused() {
        assert_eq!(ExtraTime::from_number(0.333_333_333_333_333), ExtraTime::new(1, 3));
        for number in [0.33, 0.3333, 33.0, 0.0, -0.5, f64::NAN] {
            assert_eq!(ExtraTime::from_number(number), Err(Fault::NotAFraction));
        }
    }

    proptest! {
        #[test]
        fn nobody_gets_less_than_the_fraction_promises(n in 1..=1000i32, base in 0..100_000i64) {
            let extra = ExtraTime::new(n, 1000).unwrap();
            let allowed = extra.allowed_s(base);
            prop_assert!((allowed - base) * 1000 >= base * i64::from(n));
            prop_assert!((allowed - base - 1) * 1000 < base * i64::from(n));
        }
    }
}
