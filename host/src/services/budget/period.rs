//! Days and months, in UTC.

/// How long a budget lasts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Period {
    Day,
    Month,
}

impl Period {
    pub fn word(self) -> &'static str {
        match self {
            Period::Day => "day",
            Period::Month => "month",
        }
    }

    /// As messages say it, with the space before it.
    pub fn spoken(self) -> &'static str {
        match self {
            Period::Day => " for today (UTC)",
            Period::Month => " for this month (UTC)",
        }
    }
}

/// "2026-11-21" and "2026-11", of nanoseconds since 1970.
pub fn dates(nanoseconds: u64) -> (String, String) {
    let time = std::time::UNIX_EPOCH + std::time::Duration::from_nanos(nanoseconds);
    let text = humantime::format_rfc3339_seconds(time).to_string();
    let part = |length: usize| text.get(..length).unwrap_or_default().to_owned();
    (part(10), part(7))
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_day_and_its_month_are_utc() {
        assert_eq!(super::dates(1_700_000_000_000_000_000), ("2023-11-14".into(), "2023-11".into()));
        assert_eq!(super::dates(0), ("1970-01-01".into(), "1970-01".into()));
    }
}
