//! Kubernetes quantities: `500m`, `1Gi`, `1e3`.

/// A quantity in billionths, rounded up, so that quantities of different spelling compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Quantity(i128);

const NANO: i128 = 1_000_000_000;

impl Quantity {
    /// Reads the API's grammar: sign, decimal number, one of `n u m k M G T P E Ki Mi Gi Ti Pi Ei` or `e<int>`.
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() > 64 {
            return None;
        }
        let (negative, unsigned) = match text.as_bytes().first()? {
            b'-' => (true, &text[1..]),
            b'+' => (false, &text[1..]),
            _ => (false, text),
        };
        let number_end = unsigned.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(unsigned.len());
        let (number, suffix) = unsigned.split_at(number_end);
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        if (whole.is_empty() && fraction.is_empty()) || fraction.contains('.') {
            return None;
        }
        let digits: i128 = format!("{whole}{fraction}").parse().ok()?;
        let (factor, exponent) = scale(suffix)?;
        let exponent = exponent + 9 - i32::try_from(fraction.len()).ok()?;
        let value = digits.checked_mul(factor)?;
        let value = match u32::try_from(exponent) {
            Ok(up) => value.checked_mul(10_i128.checked_pow(up)?)?,
            Err(_) => match 10_i128.checked_pow(exponent.unsigned_abs()) {
                Some(divisor) => value / divisor + i128::from(value % divisor != 0),
                None => i128::from(value != 0),
            },
        };
        Some(Self(if negative { -value } else { value }))
    }

    /// Whether it is more than nothing.
    pub fn is_positive(self) -> bool {
        self.0 > 0
    }

    /// Whether it is less than nothing.
    pub fn is_negative(self) -> bool {
        self.0 < 0
    }

    /// Its value when that is a whole number.
    pub fn whole(self) -> Option<i128> {
        (self.0 % NANO == 0).then_some(self.0 / NANO)
    }
}

/// Factor and power of ten of a suffix.
fn scale(suffix: &str) -> Option<(i128, i32)> {
    Some(match suffix {
        "n" => (1, -9),
        "u" => (1, -6),
        "m" => (1, -3),
        "" => (1, 0),
        "k" => (1, 3),
        "M" => (1, 6),
        "G" => (1, 9),
        "T" => (1, 12),
        "P" => (1, 15),
        "E" => (1, 18),
        "Ki" => (1 << 10, 0),
        "Mi" => (1 << 20, 0),
        "Gi" => (1 << 30, 0),
        "Ti" => (1 << 40, 0),
        "Pi" => (1 << 50, 0),
        "Ei" => (1 << 60, 0),
        _ => {
            let exponent = suffix.strip_prefix(['e', 'E'])?;
            let digits = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
            if digits.is_empty() || digits.len() > 3 || !digits.bytes().all(|b| b.is_ascii_digit()) {
                return None;
            }
            (1, exponent.parse().ok()?)
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_amount_are_equal() {
        for (a, b) in [
            ("1", "1000m"),
            ("0.25", "250m"),
            ("1Gi", "1024Mi"),
            ("1e3", "1k"),
            ("1.5Ki", "1536"),
            (".5", "0.5"),
        ] {
            assert_eq!(Quantity::parse(a), Quantity::parse(b), "{a} {b}");
            assert!(Quantity::parse(a).is_some(), "{a}");
        }
        assert!(Quantity::parse("1.5Gi") < Quantity::parse("2G"));
        assert_eq!(Quantity::parse("2Ki").and_then(Quantity::whole), Some(2048));
        assert_eq!(Quantity::parse("1m").and_then(Quantity::whole), None);
    }

    #[test]
    fn what_is_no_quantity() {
        for text in
            ["", "ten gigs", "Gi", "1 Gi", "1GB", "1.2.3", "e3", "1e", "--1", ".", "1e9999", "NaN", "1_0"]
        {
            assert_eq!(Quantity::parse(text), None, "{text}");
        }
    }

    #[test]
    fn signs() {
        assert!(Quantity::parse("-1").is_some_and(Quantity::is_negative));
        assert!(Quantity::parse("+1").is_some_and(Quantity::is_positive));
        assert!(!Quantity::parse("0").is_some_and(Quantity::is_positive));
        assert!(Quantity::parse("1n").is_some_and(Quantity::is_positive));
    }
}
