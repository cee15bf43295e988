//! Plain scalars: what YAML takes them for, and numbers as text (cli.md 8.2, YAML).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::node::Data;

/// YAML 1.2's core schema, and what Compose adds: `0440` is octal, `1_000` is a number.
pub(super) fn plain(text: &str) -> Data {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Data::Null,
        "true" | "True" | "TRUE" => return Data::Bool(true),
        "false" | "False" | "FALSE" => return Data::Bool(false),
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => return Data::Float(f64::INFINITY),
        "-.inf" | "-.Inf" | "-.INF" => return Data::Float(f64::NEG_INFINITY),
        ".nan" | ".NaN" | ".NAN" => return Data::Float(f64::NAN),
        _ => {}
    }
    if !text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '-' | '+' | '.')) {
        return Data::Text(text.to_owned());
    }
    let bare = text.replace('_', "");
    match whole(&bare) {
        Some(0) if bare.starts_with('-') => return Data::Float(-0.0),
        Some(number) => return Data::Int(number),
        None => {}
    }
    let looks_real = bare.bytes().any(|byte| byte.is_ascii_digit())
        && bare.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'e' | b'E' | b'-' | b'+'));
    match bare.parse::<f64>() {
        // What is too large for a number is none.
        Ok(number) if looks_real && number.is_finite() => Data::Float(number),
        Ok(_) | Err(_) => Data::Text(text.to_owned()),
    }
}

/// A scalar whose tag says what it is, such as `int`.
pub(super) fn tagged(text: &str, kind: &str) -> Result<Data, String> {
    let data = match kind {
        "str" => return Ok(Data::Text(text.to_owned())),
        "binary" => return binary(text).map(Data::Text),
        _ => plain(text),
    };
    let fits = match &data {
        Data::Null => kind == "null",
        Data::Bool(_) => kind == "bool",
        Data::Int(_) => matches!(kind, "int" | "float"),
        Data::Float(_) => kind == "float",
        Data::Text(_) | Data::List(_) | Data::Map(_) => false,
    };
    if fits { Ok(data) } else { Err(format!("the value is no !!{kind}")) }
}

/// The text that is written in base64.
fn binary(text: &str) -> Result<String, String> {
    let written: Vec<u8> = text.bytes().filter(|byte| !matches!(byte, b'\n' | b'\r')).collect();
    let bytes = STANDARD.decode(written).map_err(|_| "!!binary takes base64, and this is none")?;
    Ok(String::from_utf8(bytes).map_err(|_| "what !!binary holds must be UTF-8 text here")?)
}

fn whole(text: &str) -> Option<i128> {
    let (negative, digits) = match text.as_bytes().first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    let (radix, digits) = match digits.as_bytes() {
        [b'0', b'x' | b'X', ..] => (16, &digits[2..]),
        [b'0', b'o' | b'O', ..] => (8, &digits[2..]),
        [b'0', b'b' | b'B', ..] => (2, &digits[2..]),
        [b'0', _, ..] => (8, &digits[1..]),
        _ => (10, digits),
    };
    if !digits.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return None;
    }
    let number = i128::from_str_radix(digits, radix).ok()?;
    Some(if negative { -number } else { number })
}

/// A number in its shortest decimal form: `1.0` is `1`, `1e3` is `1000`.
pub(super) fn shortest(number: f64) -> String {
    let size = number.abs();
    if size == 0.0 || (1e-4..1e21).contains(&size) || !size.is_finite() {
        return number.to_string();
    }
    let text = format!("{number:e}");
    match text.split_once('e') {
        Some((digits, power)) if !power.starts_with('-') => format!("{digits}e+{power}"),
        Some((digits, power)) if power.len() == 2 => format!("{digits}e-0{}", &power[1..]),
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_scalars_are_read_as_compose_does() {
        for (text, data) in [
            ("0440", Data::Int(0o440)),
            ("0o17", Data::Int(15)),
            ("0x10", Data::Int(16)),
            ("1_000", Data::Int(1000)),
            ("-5", Data::Int(-5)),
            ("18446744073709551616", Data::Int(18_446_744_073_709_551_616)),
            ("089", Data::Float(89.0)),
            ("1e400", Data::Text("1e400".into())),
            ("1e3", Data::Float(1000.0)),
            ("1.50", Data::Float(1.5)),
            ("yes", Data::Text("yes".into())),
            ("off", Data::Text("off".into())),
            ("2001-12-14", Data::Text("2001-12-14".into())),
            ("80:80", Data::Text("80:80".into())),
            ("1.2.3", Data::Text("1.2.3".into())),
            ("-", Data::Text("-".into())),
            ("~", Data::Null),
        ] {
            assert_eq!(plain(text), data, "{text}");
        }
    }

    #[test]
    fn numbers_become_their_shortest_decimal_form() {
        for (number, text) in [(1.0, "1"), (1000.0, "1000"), (0.5, "0.5"), (1e21, "1e+21"), (1e-7, "1e-07")] {
            assert_eq!(shortest(number), text);
        }
    }
}
