//! Sizes, durations and file modes as people write them, and as Compose prints them.

use std::fmt::Write as _;

/// `512m`, `1.5 GiB`, `1000`: bytes, in powers of 1024.
pub(super) fn size(text: &str) -> Option<i64> {
    let text = text.trim();
    let end =
        text.find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | '-' | '+'))).unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    let unit = unit.trim_start().to_ascii_lowercase();
    let letter = match unit.strip_suffix("ib").or(unit.strip_suffix('b')).unwrap_or(&unit) {
        "" => 0,
        "k" => 1,
        "m" => 2,
        "g" => 3,
        "t" => 4,
        "p" => 5,
        _ => return None,
    };
    if unit == "ib" {
        return None;
    }
    let factor = 1_i64 << (10 * letter);
    if let Ok(whole) = number.parse::<i64>() {
        return whole.checked_mul(factor);
    }
    #[allow(clippy::cast_precision_loss)]
    let bytes = number.parse::<f64>().ok()? * factor as f64;
    float_to_whole(bytes.trunc())
}

/// A float that is a whole number.
#[allow(clippy::cast_possible_truncation)]
pub(super) fn float_to_whole(number: f64) -> Option<i64> {
    (number.fract() == 0.0 && number.abs() < 9e18).then_some(number as i64)
}

const UNITS: [(&str, i64); 9] = [
    ("ns", 1),
    ("us", 1_000),
    ("µs", 1_000),
    ("ms", 1_000_000),
    ("s", 1_000_000_000),
    ("m", 60_000_000_000),
    ("h", 3_600_000_000_000),
    ("d", 86_400_000_000_000),
    ("w", 604_800_000_000_000),
];

/// `1m30s`, `1.5h`, `500ms`, `0`: nanoseconds.
pub(super) fn duration(text: &str) -> Option<i64> {
    if text == "0" {
        return Some(0);
    }
    let (negative, mut rest) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    if rest.is_empty() {
        return None;
    }
    let mut total = 0_i64;
    while !rest.is_empty() {
        let end = rest.find(|c: char| !(c.is_ascii_digit() || c == '.'))?;
        let (number, after) = rest.split_at(end);
        let end = after.find(|c: char| c.is_ascii_digit() || c == '.').unwrap_or(after.len());
        let (unit, after) = after.split_at(end);
        let (_, factor) = UNITS.iter().find(|(name, _)| *name == unit)?;
        let part = match number.parse::<i64>() {
            Ok(whole) => whole.checked_mul(*factor)?,
            #[allow(clippy::cast_precision_loss)]
            Err(_) => float_to_whole((number.parse::<f64>().ok()? * *factor as f64).round())?,
        };
        total = total.checked_add(part)?;
        rest = after;
    }
    Some(if negative { -total } else { total })
}

/// The form of Go: `1m30s`, `1h0m0s`, `1.5s`, `500ms`, `0s`.
pub(super) fn duration_text(nanoseconds: i64) -> String {
    let mut text = if nanoseconds < 0 { "-".to_owned() } else { String::new() };
    let size = nanoseconds.unsigned_abs();
    if size == 0 {
        return "0s".to_owned();
    }
    for (unit, factor) in [("ns", 1), ("µs", 1_000), ("ms", 1_000_000)] {
        if size < 1_000 * factor {
            let _ = write!(text, "{}{unit}", decimal(size, factor));
            return text;
        }
    }
    let seconds = size / 1_000_000_000;
    let (hours, minutes) = (seconds / 3_600, seconds / 60 % 60);
    if hours > 0 {
        let _ = write!(text, "{hours}h");
    }
    if hours > 0 || minutes > 0 {
        let _ = write!(text, "{minutes}m");
    }
    let _ = write!(text, "{}s", decimal(size % 60_000_000_000, 1_000_000_000));
    text
}

fn decimal(number: u64, unit: u64) -> String {
    let digits = unit.ilog10() as usize;
    let text = format!("{}.{:0digits$}", number / unit, number % unit);
    if digits == 0 {
        (number / unit).to_string()
    } else {
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    }
}

/// `0440`, `440`, `0o440`: the bits of a file mode.
pub(super) fn file_mode(text: &str) -> Option<i64> {
    let digits = text.trim_start_matches("0o");
    i64::from_str_radix(digits, 8).ok().filter(|mode| (0..=0o7777).contains(mode))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_powers_of_1024() {
        for (text, bytes) in [
            ("1000", Some(1000)),
            ("1k", Some(1024)),
            ("1.5g", Some(1_610_612_736)),
            ("2MB", Some(2_097_152)),
            ("2 MiB", Some(2_097_152)),
            ("-1", Some(-1)),
            ("1x", None),
            ("g", None),
            ("", None),
        ] {
            assert_eq!(size(text), bytes, "{text}");
        }
    }

    #[test]
    fn durations_are_read_and_written_as_go_does() {
        for (text, written) in [
            ("90s", Some("1m30s")),
            ("1h", Some("1h0m0s")),
            ("1.5s", Some("1.5s")),
            ("500ms", Some("500ms")),
            ("1500us", Some("1.5ms")),
            ("2d", Some("48h0m0s")),
            ("0", Some("0s")),
            ("1m0.25s", Some("1m0.25s")),
            ("10", None),
            ("s", None),
            ("", None),
        ] {
            assert_eq!(duration(text).map(duration_text).as_deref(), written, "{text}");
        }
    }
}
