//! Days and months, in UTC.

use std::time::{Duration, UNIX_EPOCH};

/// How long a budget lasts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Period {
    /// From midnight to midnight, UTC.
    Day,
    /// A calendar month, UTC.
    Month,
}

impl Period {
    /// "day" or "month".
    pub fn word(self) -> &'static str {
        match self {
            Period::Day => "day",
            Period::Month => "month",
        }
    }

    /// The words of messages, such as " for today (UTC)", with a space before them.
    pub fn spoken(self) -> &'static str {
        match self {
            Period::Day => " for today (UTC)",
            Period::Month => " for this month (UTC)",
        }
    }
}

impl Period {
    /// How long a sum in this month ("2026-11") is kept, in milliseconds since 1970. Those of months are few, and outlast
    /// a clock that is wrong by most of a year: swept in between, they would begin at nothing when it is right again.
    pub fn until(self, month: &str) -> u64 {
        let days = if self == Period::Day { 62 } else { 366 };
        let first = humantime::parse_rfc3339(&format!("{month}-01T00:00:00Z")).unwrap_or(UNIX_EPOCH);
        let until = first.duration_since(UNIX_EPOCH).unwrap_or_default() + Duration::from_secs(days * 86_400);
        u64::try_from(until.as_millis()).unwrap_or(u64::MAX)
    }
}

/// "2026-11-21" and "2026-11", of nanoseconds since 1970.
pub fn dates(nanoseconds: u64) -> (String, String) {
    let time = UNIX_EPOCH + Duration::from_nanos(nanoseconds);
    let text = humantime::format_rfc3339_seconds(time).to_string();
    let part = |length: usize| text.get(..length).unwrap_or_default().to_owned();
    (part(10), part(7))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_and_its_month_are_utc() {
        assert_eq!(dates(1_700_000_000_000_000_000), ("2023-11-14".into(), "2023-11".into()));
        assert_eq!(dates(0), ("1970-01-01".into(), "1970-01".into()));
    }

    #[test]
    fn a_sum_is_kept_by_its_month() {
        let days = |period: Period, month| period.until(month) / 86_400_000;
        assert_eq!((days(Period::Day, "1970-01"), days(Period::Month, "1970-02")), (62, 31 + 366));
        assert_eq!(Period::Month.until("2554-07") / 86_400_000, 213_849);
    }
}
