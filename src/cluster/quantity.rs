//! Kubernetes quantities: `500m`, `2Gi`, `1e3`, `15u`.

use std::fmt;
use std::iter::Sum;
use std::str::FromStr;

/// An amount, exact to one billionth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Quantity {
    nano: i128,
}

/// The text is not a quantity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a quantity is a number with a suffix such as m, k, Mi or e3")]
pub struct InvalidQuantity;

const NANO: i128 = 1_000_000_000;
const BINARY: [(&str, u32); 6] = [("Ei", 60), ("Pi", 50), ("Ti", 40), ("Gi", 30), ("Mi", 20), ("Ki", 10)];
const DECIMAL: [(&str, i32); 9] =
    [("n", -9), ("u", -6), ("m", -3), ("k", 3), ("M", 6), ("G", 9), ("T", 12), ("P", 15), ("E", 18)];

impl Quantity {
    /// Thousandths, rounded up: millicores of a CPU quantity.
    pub fn milli(self) -> i64 {
        saturate(self.nano.div_euclid(1_000_000) + i128::from(self.nano.rem_euclid(1_000_000) > 0))
    }

    /// Whole units, rounded up: bytes of a memory quantity.
    pub fn units(self) -> i64 {
        saturate(self.nano.div_euclid(NANO) + i128::from(self.nano.rem_euclid(NANO) > 0))
    }

    /// As memory is written: the largest binary suffix that leaves a whole number.
    pub fn to_binary(self) -> String {
        let units = self.units();
        let fits = |bits: u32| units != 0 && units % (1_i64 << bits) == 0;
        match BINARY.iter().find(|(_, bits)| fits(*bits)) {
            Some((suffix, bits)) => format!("{}{suffix}", units >> bits),
            None => units.to_string(),
        }
    }
}

/// As CPU is written: a whole number, or thousandths.
impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.milli() {
            milli if milli % 1000 == 0 => write!(f, "{}", milli / 1000),
            milli => write!(f, "{milli}m"),
        }
    }
}

impl Sum for Quantity {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        Self { nano: all.fold(0, |sum, one| sum.saturating_add(one.nano)) }
    }
}

impl FromStr for Quantity {
    type Err = InvalidQuantity;

    fn from_str(text: &str) -> Result<Self, InvalidQuantity> {
        let end = text.find(|c: char| !matches!(c, '0'..='9' | '.' | '+' | '-')).unwrap_or(text.len());
        let (number, suffix) = text.split_at(end);
        let (digits, scale) = decimal(number)?;
        // value = digits * 10^scale * factor; nano = value * 10^9
        if let Some((_, bits)) = BINARY.iter().find(|(name, _)| *name == suffix) {
            return scaled(digits.checked_mul(1_i128 << bits).ok_or(InvalidQuantity)?, scale + 9);
        }
        let exponent = match DECIMAL.iter().find(|(name, _)| *name == suffix) {
            Some((_, exponent)) => *exponent,
            None if suffix.is_empty() => 0,
            None => suffix.strip_prefix(['e', 'E']).and_then(|e| e.parse().ok()).ok_or(InvalidQuantity)?,
        };
        scaled(digits, scale.checked_add(exponent).and_then(|e| e.checked_add(9)).ok_or(InvalidQuantity)?)
    }
}

/// The digits of a decimal number and the power of ten they are multiplied with.
fn decimal(text: &str) -> Result<(i128, i32), InvalidQuantity> {
    let (sign, text) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = format!("{whole}{fraction}");
    if digits.is_empty() || digits.len() > 30 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(InvalidQuantity);
    }
    let digits: i128 = digits.parse().map_err(|_| InvalidQuantity)?;
    let scale = i32::try_from(fraction.len()).map_err(|_| InvalidQuantity)?;
    Ok((sign * digits, -scale))
}

/// `digits * 10^exponent`, rounded up as Kubernetes does.
fn scaled(digits: i128, exponent: i32) -> Result<Quantity, InvalidQuantity> {
    let power = 10_i128.checked_pow(exponent.unsigned_abs());
    let nano = match power {
        Some(power) if exponent >= 0 => digits.checked_mul(power).ok_or(InvalidQuantity)?,
        Some(power) => digits.div_euclid(power) + i128::from(digits.rem_euclid(power) > 0),
        None if exponent >= 0 && digits != 0 => return Err(InvalidQuantity),
        None => i128::from(digits > 0),
    };
    Ok(Quantity { nano })
}

fn saturate(value: i128) -> i64 {
    i64::try_from(value).unwrap_or(if value < 0 { i64::MIN } else { i64::MAX })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_whole_grammar_is_read() {
        for (text, milli) in [
            ("1", 1000_i64),
            ("500m", 500),
            ("1.5", 1500),
            (".5", 500),
            ("15u", 1),
            ("1500000n", 2),
            ("2k", 2_000_000),
            ("1e3", 1_000_000),
            ("1E-3", 1),
            ("1E", i64::MAX),
            ("1Ki", 1_024_000),
            ("1.5Gi", 1_610_612_736_000),
            ("-1", -1000),
            ("+2", 2000),
            ("0", 0),
        ] {
            assert_eq!(text.parse::<Quantity>().unwrap().milli(), milli, "{text}");
        }
        for wrong in ["", "m", "1mm", "1 Gi", "0x1", "1e", "1.2.3", "--1", "1KI", "."] {
            assert_eq!(wrong.parse::<Quantity>(), Err(InvalidQuantity), "{wrong:?}");
        }
    }

    #[test]
    fn sums_are_written_as_kubernetes_writes_them() {
        let sum = |all: [&str; 2]| all.iter().map(|text| text.parse::<Quantity>().unwrap()).sum::<Quantity>();
        assert_eq!(sum(["4", "12"]).to_string(), "16");
        assert_eq!(sum(["4", "500m"]).to_string(), "4500m");
        assert_eq!(sum(["32Gi", "33554432Ki"]).to_binary(), "64Gi");
        assert_eq!(sum(["1Ki", "1"]).to_binary(), "1025");
        assert_eq!(Quantity::default().to_binary(), "0");
    }

    proptest! {
        #[test]
        fn any_text_is_answered(text in ".{0,40}") {
            let _ = text.parse::<Quantity>();
        }
    }
}
