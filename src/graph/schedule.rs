//! Cron schedules as Kubernetes reads them: five fields or a macro (engine.md 1.7).

const MACROS: [&str; 7] = ["@hourly", "@daily", "@midnight", "@weekly", "@monthly", "@yearly", "@annually"];
const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const DAYS: [&str; 7] = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

struct Field {
    name: &'static str,
    min: u32,
    max: u32,
    names: &'static [&'static str],
}

const FIELDS: [Field; 5] = [
    Field { name: "minute", min: 0, max: 59, names: &[] },
    Field { name: "hour", min: 0, max: 23, names: &[] },
    Field { name: "day of month", min: 1, max: 31, names: &[] },
    Field { name: "month", min: 1, max: 12, names: &MONTHS },
    Field { name: "day of week", min: 0, max: 6, names: &DAYS },
];

/// Why a text is no schedule, in words that follow `schedule`.
pub fn problem(schedule: &str) -> Option<String> {
    if schedule.starts_with("TZ=") || schedule.starts_with("CRON_TZ=") {
        return Some("must not name a time zone; put it into timeZone".into());
    }
    if schedule.starts_with('@') {
        let known = MACROS.contains(&schedule);
        return (!known).then(|| format!("is an unknown macro; use one of {}", MACROS.join(", ")));
    }
    let words: Vec<&str> = schedule.split_whitespace().collect();
    if words.len() != FIELDS.len() {
        return Some(format!("must have five fields (minute hour day month weekday), not {}", words.len()));
    }
    let illegal =
        FIELDS.iter().zip(words).find(|(field, word)| !word.split(',').all(|item| field.accepts(item)))?;
    let Field { name, min, max, .. } = illegal.0;
    Some(format!("has no valid {name} field; it takes {min} to {max}, ranges, lists and steps"))
}

impl Field {
    /// `*`, `a`, `a-b`, each with an optional `/step`.
    fn accepts(&self, item: &str) -> bool {
        let (range, step) = match item.split_once('/') {
            Some((range, step)) => (range, Some(step)),
            None => (item, None),
        };
        if step.is_some_and(|step| number(step).is_none_or(|step| step == 0)) {
            return false;
        }
        match range.split_once('-') {
            Some((low, high)) => {
                matches!((self.value(low), self.value(high)), (Some(low), Some(high)) if low <= high)
            }
            None => matches!(range, "*" | "?") || self.value(range).is_some(),
        }
    }

    fn value(&self, text: &str) -> Option<u32> {
        let lower = text.to_ascii_lowercase();
        let named =
            self.names.iter().zip(self.min..).find(|(name, _)| **name == lower).map(|(_, value)| value);
        named.or_else(|| number(text)).filter(|value| (self.min..=self.max).contains(value))
    }
}

fn number(text: &str) -> Option<u32> {
    text.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schedules_kubernetes_takes() {
        for legal in [
            "0 * * * *",
            "30 2 * * 1-5",
            "*/15 0,12 1-7/2 JAN-mar sun",
            "@daily",
            "5/10 ? ? * ?",
            "0 0 31 12 6",
        ] {
            assert_eq!(problem(legal), None, "{legal}");
        }
    }

    #[test]
    fn schedules_kubernetes_refuses() {
        for illegal in [
            "",
            "* * * *",
            "0 0 2 * * *",
            "60 * * * *",
            "* 24 * * *",
            "* * 0 * *",
            "* * * 13 *",
            "* * * * 7",
            "5-1 * * * *",
            "*/0 * * * *",
            "*/ * * * *",
            "a * * * *",
            "@every 1h",
            "@reboot",
            "TZ=UTC * * * * *",
            "1,,2 * * * *",
            "-1 * * * *",
            "+1 * * * *",
        ] {
            assert!(problem(illegal).is_some(), "{illegal}");
        }
        assert!(problem("CRON_TZ=UTC 0 * * * *").is_some_and(|words| words.contains("timeZone")));
    }
}
