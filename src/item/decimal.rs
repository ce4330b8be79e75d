//! Exact decimal numbers, as people write them: with a comma or a point.

use std::cmp::Ordering;

use serde::{Deserialize, Deserializer};

/// The most digits a number may have, and the most decimals; both keep all sums within an `i128`.
const DIGITS: usize = 15;
const DECIMALS: u32 = 9;

/// An exact decimal number: `mantissa` / 10^`scale`.
#[derive(Debug, Clone, Copy)]
pub struct Decimal {
    mantissa: i128,
    scale: u32,
}

impl Decimal {
    /// `mantissa` / 10^`scale`.
    pub fn new(mantissa: i128, scale: u32) -> Self {
        Self { mantissa, scale }
    }

    /// Reads a number: spaces (also no-break ones) are ignored, one comma or point is the decimal
    /// mark. Nothing else is a number, and neither is one of more than 15 digits or 9 decimals.
    pub fn parse(text: &str) -> Option<Self> {
        let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        let unsigned = text.strip_prefix(['-', '\u{2212}']);
        let negative = unsigned.is_some();
        let digits = unsigned.unwrap_or_else(|| text.strip_prefix('+').unwrap_or(&text));
        let (whole, part) = digits.split_once([',', '.']).unwrap_or((digits, ""));
        let all = format!("{whole}{part}");
        let scale = u32::try_from(part.len()).ok()?;
        let only_digits = all.bytes().all(|b| b.is_ascii_digit());
        if all.is_empty() || all.len() > DIGITS || !only_digits || scale > DECIMALS {
            return None;
        }
        let mantissa: i128 = all.parse().ok()?;
        Some(Self { mantissa: if negative { -mantissa } else { mantissa }, scale })
    }

    /// The mantissa at a scale that is not smaller than the number's own.
    fn at(self, scale: u32) -> i128 {
        self.mantissa * 10_i128.pow(scale.saturating_sub(self.scale))
    }

    /// The sum.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        let scale = self.scale.max(other.scale);
        Self { mantissa: self.at(scale) + other.at(scale), scale }
    }

    /// The distance between two numbers.
    #[must_use]
    pub fn distance(self, other: Self) -> Self {
        let scale = self.scale.max(other.scale);
        Self { mantissa: (self.at(scale) - other.at(scale)).abs(), scale }
    }

    /// The product.
    #[must_use]
    pub fn times(self, other: Self) -> Self {
        Self { mantissa: self.mantissa * other.mantissa, scale: self.scale + other.scale }
    }

    /// The number without its sign.
    #[must_use]
    pub fn abs(self) -> Self {
        Self { mantissa: self.mantissa.abs(), scale: self.scale }
    }

    /// The number divided by `divisor` and rounded to `decimals`, a half away from zero as
    /// spreadsheets do.
    #[must_use]
    pub fn divided(self, divisor: u32, decimals: u32) -> Self {
        let scale = self.scale.max(decimals);
        let divisor = i128::from(divisor.max(1)) * 10_i128.pow(scale - decimals);
        let numerator = self.at(scale);
        let half = if numerator < 0 { -divisor / 2 } else { divisor / 2 };
        Self { mantissa: (numerator + half) / divisor, scale: decimals }
    }

    /// The number in units of its last decimal, e.g. 20.5 with one decimal is 205.
    pub(super) fn units(self, decimals: u32) -> i64 {
        i64::try_from(self.rounded(decimals).mantissa).expect("a number has at most 15 digits")
    }

    /// The number of `decimals`, rounded.
    #[must_use]
    pub fn rounded(self, decimals: u32) -> Self {
        self.divided(1, decimals)
    }
}

impl PartialEq for Decimal {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Decimal {}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Decimal {
    fn cmp(&self, other: &Self) -> Ordering {
        let scale = self.scale.max(other.scale);
        self.at(scale).cmp(&other.at(scale))
    }
}

impl std::fmt::Display for Decimal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let sign = if self.mantissa < 0 { "-" } else { "" };
        let scale = self.scale as usize;
        let digits = format!("{:0>width$}", self.mantissa.unsigned_abs(), width = scale + 1);
        let (whole, part) = digits.split_at(digits.len() - scale);
        if part.is_empty() { write!(f, "{sign}{whole}") } else { write!(f, "{sign}{whole}.{part}") }
    }
}

impl<'de> Deserialize<'de> for Decimal {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text)
            .ok_or_else(|| serde::de::Error::custom(format!("not a decimal number: {text}")))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn number(text: &str) -> Decimal {
        Decimal::parse(text).unwrap()
    }

    #[test]
    fn number_is_read_with_comma_or_point_and_spaces() {
        assert_eq!(number("12,50"), number("12.5"));
        assert_eq!(number("1\u{202f}250,5"), number("1250.5"));
        assert_eq!(number("\u{2212}3"), number("-3,0"));
        assert_eq!(number(",5"), number("0.5"));
        for text in ["", " ", "1,2,3", "1.000,5", "12a", "1e3", ",", "1234567890123456", "--1"] {
            assert_eq!(Decimal::parse(text), None, "{text}");
        }
    }

    #[test]
    fn half_is_rounded_away_from_zero() {
        assert_eq!(number("2.345").rounded(2), number("2.35"));
        assert_eq!(number("-2.345").rounded(2), number("-2.35"));
        assert_eq!(number("10").divided(3, 2).to_string(), "3.33");
        assert_eq!(number("2.344").rounded(2).to_string(), "2.34");
    }

    proptest! {
        #[test]
        fn number_is_read_as_it_was_written(mantissa in -999_999_999_i64..999_999_999, scale in 0_u32..7) {
            let written = Decimal::new(mantissa.into(), scale);
            prop_assert_eq!(number(&written.to_string()), written);
            prop_assert_eq!(number(&written.to_string().replace('.', ",")), written);
        }
    }
}
