//! Money as whole numbers, so that sums stay exact.

use std::fmt;
use std::str::FromStr;

use serde::Serialize;

use crate::toml_span::shown;

/// Billionths of a US dollar. Displayed in dollars: "0.00045".
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct NanoDollars(pub u64);

/// What a model costs, in billionths of a US dollar for a million tokens: providers' lists are in dollars for a million.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Price {
    /// Per million input tokens.
    pub input: u64,
    /// Per million output tokens.
    pub output: u64,
}

/// What a model call may cost at most.
#[derive(Clone, Copy, Debug)]
pub struct CostEstimate {
    /// An upper bound.
    pub input_tokens: u64,
    /// As many as the call asks for.
    pub output_tokens: u64,
    /// `None` where the price is not known: then no budget of money can be kept.
    pub price: Option<Price>,
}

impl NanoDollars {
    /// Converts dollars, rounded to the nearest nano-dollar. Below nine million dollars a float is finer than that, so
    /// that no digit of a list price is lost. `None` for negative, infinite and larger amounts.
    pub fn from_dollars(dollars: f64) -> Option<NanoDollars> {
        let nano = (dollars * 1e9).round();
        // 2^53: above it floats skip whole numbers, and no reply costs nine million dollars.
        let is_price = (0.0..9_007_199_254_740_992.0).contains(&nano);
        is_price.then_some(NanoDollars(nano as u64))
    }
}

impl Price {
    /// The price of a call, rounded up: a reservation is never less than the charge.
    pub fn of(self, input_tokens: u64, output_tokens: u64) -> NanoDollars {
        let sum =
            u128::from(input_tokens) * u128::from(self.input) + u128::from(output_tokens) * u128::from(self.output);
        NanoDollars(u64::try_from(sum.div_ceil(1_000_000)).unwrap_or(u64::MAX))
    }

    /// The most output for this money.
    pub fn output_for(self, money: NanoDollars) -> u64 {
        let tokens = (u128::from(money.0) * 1_000_000).checked_div(u128::from(self.output));
        tokens.map_or(u64::MAX, |tokens| u64::try_from(tokens).unwrap_or(u64::MAX))
    }
}

impl fmt::Display for NanoDollars {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = format!("{}.{:09}", self.0 / 1_000_000_000, self.0 % 1_000_000_000);
        f.write_str(text.trim_end_matches('0').trim_end_matches('.'))
    }
}

impl FromStr for NanoDollars {
    type Err = String;

    /// Decimal dollars: "2", "0.25", "0.000450". Nothing is rounded: what has more than nine decimals is refused.
    fn from_str(text: &str) -> Result<NanoDollars, String> {
        let wrong = || format!("'{}' is not an amount in dollars such as 5, 0.25 or 0.000450", shown(text));
        let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
        let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if !is_digits(whole) || !is_digits(part) {
            return Err(wrong());
        }
        if part.len() > 9 {
            return Err(format!("'{}' has more than nine decimals", shown(text)));
        }
        let amount = whole.parse::<u64>().ok().and_then(|whole| whole.checked_mul(1_000_000_000));
        let part = format!("{part:0<9}").parse::<u64>().ok();
        let amount = amount.zip(part).and_then(|(whole, part)| whole.checked_add(part));
        amount.map(NanoDollars).ok_or_else(|| format!("'{}' is more dollars than can be counted", shown(text)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dollars_become_whole_nano_dollars() {
        let nano = |dollars| NanoDollars::from_dollars(dollars).map(|nano| nano.0);
        assert_eq!(nano(0.1 + 0.2), Some(300_000_000));
        assert_eq!(nano(0.000_45), Some(450_000));
        assert_eq!(nano(0.0), Some(0));
        for no_price in [-0.01, f64::NAN, f64::INFINITY, 1e300] {
            assert_eq!(nano(no_price), None);
        }
    }

    #[test]
    fn an_amount_is_shown_as_decimal_dollars() {
        let shown = |nano| NanoDollars(nano).to_string();
        assert_eq!(shown(450_000), "0.00045");
        assert_eq!(shown(0), "0");
        assert_eq!(shown(20_000_000_000), "20");
        assert_eq!(shown(u64::MAX), "18446744073.709551615");
    }

    #[test]
    fn an_amount_is_read_exactly_or_not_at_all() {
        for (text, nano) in [("2", 2_000_000_000), ("0.25", 250_000_000), ("0.000000001", 1), ("1.10", 1_100_000_000)] {
            assert_eq!(text.parse(), Ok(NanoDollars(nano)), "{text}");
        }
        for bad in ["", ".5", "1.", "-1", "+1", "1e3", "0x1", "1,5", " 1", "1.0000000001", "18446744074", "１", "inf"]
        {
            assert!(bad.parse::<NanoDollars>().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_price_is_rounded_up_and_never_overflows() {
        let price = Price { input: 37_500_000, output: 600_000_000 };
        assert_eq!(price.of(1, 0), NanoDollars(38));
        assert_eq!(price.of(1_000_000, 1_000_000), NanoDollars(637_500_000));
        assert_eq!(price.output_for(NanoDollars(600)), 1);
        assert_eq!(Price { output: 0, ..price }.output_for(NanoDollars(0)), u64::MAX);
        assert_eq!(price.of(u64::MAX, u64::MAX), NanoDollars(u64::MAX));
    }
}
