//! Reads a date in the forms that people and programs write.

use jiff::civil::DateTime;
use jiff::fmt::strtime;
use jiff::fmt::temporal::{Pieces, PiecesOffset};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ZonedDateTime};

/// The name of a form, how strftime has it, and an example. In this order they are tried.
pub const FORMATS: &[(&str, &str, &str)] = &[
    ("RFC 3339", "%Y-%m-%dT%H:%M:%S%.f%:z", "2026-01-31T14:00:00+01:00"),
    ("RFC 2822", "%a, %d %b %Y %H:%M:%S %z", "Sat, 31 Jan 2026 14:00:00 +0100"),
    ("seconds since 1970", "%s", "1769864400"),
    ("date and time", "%Y-%m-%d %H:%M:%S", "2026-01-31 14:00:00"),
    ("date and time without seconds", "%Y-%m-%d %H:%M", "2026-01-31 14:00"),
    ("date", "%Y-%m-%d", "2026-01-31"),
    ("date with slashes", "%Y/%m/%d", "2026/01/31"),
    ("American date and time", "%m/%d/%Y %H:%M:%S", "01/31/2026 14:00:00"),
    ("American date", "%m/%d/%Y", "01/31/2026"),
    ("European date and time", "%d.%m.%Y %H:%M:%S", "31.01.2026 14:00:00"),
    ("European date", "%d.%m.%Y", "31.01.2026"),
    ("date with a month's name", "%B %d, %Y", "January 31, 2026"),
    ("date with a short name", "%b %d, %Y", "Jan 31, 2026"),
    ("day before the month's name", "%d %B %Y", "31 January 2026"),
];

/// What the text does not say of its time zone is `zone`.
pub fn read(text: &str, zone: TimeZone, format: Option<&str>) -> Result<ZonedDateTime, String> {
    if let Some(format) = format {
        return of_format(text, format, zone).map_err(|error| format!("does not have the format '{format}': {error}"));
    }
    if let Ok(zoned) = text.parse::<ZonedDateTime>() {
        return Ok(zoned);
    }
    // The zone counts for a time that says how far it is from UTC.
    if let Ok(timestamp) = text.parse::<Timestamp>() {
        return Ok(with_own_offset(text, timestamp, zone));
    }
    if let Ok(zoned) = jiff::fmt::rfc2822::parse(text) {
        return Ok(zoned);
    }
    if let Ok(civil) = text.parse::<DateTime>() {
        return civil.to_zoned_datetime(zone).map_err(|error| format!("can't be told: {error}"));
    }
    let known = FORMATS.iter().find_map(|(_, format, _)| of_format(text, format, zone.clone()).ok());
    known.ok_or_else(|| {
        let shown: String = text.escape_debug().take(64).collect();
        format!("is no date that is known: '{shown}'; see the operation formats, or give the format")
    })
}

/// At the offset that it was written with, whatever stands between date and time. "Z" says only where it is told from.
fn with_own_offset(text: &str, timestamp: Timestamp, zone: TimeZone) -> ZonedDateTime {
    let offset = match Pieces::parse(text).ok().and_then(|pieces| pieces.offset()) {
        Some(PiecesOffset::Numeric(written)) => Some(written.offset()),
        _ => None,
    };
    timestamp.to_zoned_datetime(offset.map_or(zone, TimeZone::fixed))
}

fn of_format(text: &str, format: &str, zone: TimeZone) -> Result<ZonedDateTime, jiff::Error> {
    let read = strtime::parse(format, text)?;
    if let Some(timestamp) = read.timestamp() {
        return Ok(timestamp.to_zoned_datetime(zone));
    }
    if read.offset().is_some() || read.iana_time_zone().is_some() {
        return read.to_zoned_datetime();
    }
    // A date without a time is its first moment.
    let date = read.to_date()?;
    let time = if read.hour().is_some() { read.to_time()? } else { jiff::civil::Time::midnight() };
    date.to_datetime(time).to_zoned_datetime(zone)
}
