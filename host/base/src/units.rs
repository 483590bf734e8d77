//! Sizes and durations as people write them.

use std::time::Duration;

use crate::toml_span::shown;

/// "30s", "10m", "1h 30m", "250ms"; at least a millisecond and at most a year.
pub fn parse_duration(text: &str) -> Result<Duration, String> {
    let wrong = || format!("'{}' is not a duration such as 250ms, 30s, 10m or 1h", shown(text));
    let time = humantime::parse_duration(text).map_err(|_| wrong())?;
    let range = Duration::from_millis(1)..=Duration::from_secs(366 * 86_400);
    if range.contains(&time) { Ok(time) } else { Err(format!("'{}' is not between 1ms and a year", shown(text))) }
}

/// A duration, or nothing: "0s".
pub fn parse_wait(text: &str) -> Result<Duration, String> {
    if humantime::parse_duration(text).is_ok_and(|time| time.is_zero()) {
        return Ok(Duration::ZERO);
    }
    parse_duration(text)
}

/// "64MiB", "512KiB", "2GiB", "100KB", or a plain number of bytes.
pub fn parse_size(text: &str) -> Result<u64, String> {
    let wrong = || format!("'{}' is not a size such as 65536, 512KiB, 64MiB or 1GiB", shown(text));
    let text = text.trim();
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let factor: u64 = match unit.trim().to_ascii_lowercase().as_str() {
        "" | "b" => 1,
        "k" | "kib" => 1 << 10,
        "m" | "mib" => 1 << 20,
        "g" | "gib" => 1 << 30,
        "kb" => 1_000,
        "mb" => 1_000_000,
        "gb" => 1_000_000_000,
        _ => return Err(wrong()),
    };
    number.parse::<u64>().ok().and_then(|number| number.checked_mul(factor)).ok_or_else(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_have_units_and_never_overflow() {
        for (text, bytes) in
            [("65536", 65_536), ("512KiB", 512 << 10), (" 64 MiB ", 64 << 20), ("1g", 1 << 30), ("2MB", 2_000_000)]
        {
            assert_eq!(parse_size(text), Ok(bytes), "{text}");
        }
        for bad in ["", "MiB", "-1", "1.5MiB", "1 TiB", "99999999999999999999", "18446744073709551615KiB", "0x10"] {
            assert!(parse_size(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn durations_have_units_and_bounds() {
        assert_eq!(parse_duration("1h 30m"), Ok(Duration::from_secs(5_400)));
        for bad in ["", "10", "0s", "-1s", "2 years", "forever", "99999999999999999999h"] {
            assert!(parse_duration(bad).is_err(), "{bad}");
        }
    }
}
