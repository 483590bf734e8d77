//! `datetime-handler`: times of day in the world's time zones.

use jiff::tz::TimeZone;
use jiff::{Span, Timestamp, ZonedDateTime};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::standard::{Answer, Context, Problem, Standard, word};
use reading::{FORMATS, read};

mod reading;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DatetimeHandler {
    /// A date or time: RFC 3339, RFC 2822, "2026-01-31 14:00", "01/31/2026", seconds since 1970; see `formats`.
    input: Option<Input>,
    #[serde(default)]
    operation: Operation,
    /// An IANA name such as "Europe/Paris"; UTC if absent. What `input` is in, if that does not say; for now, the result.
    timezone: Option<String>,
    /// convert_timezone: of the result.
    target_timezone: Option<String>,
    /// add, subtract: how many.
    amount: Option<i64>,
    #[serde(default)]
    unit: Unit,
    /// difference: as `input`.
    start: Option<Input>,
    /// difference: as `input`.
    end: Option<Input>,
    /// Of the result, as strftime has it, such as "%Y-%m-%d"; RFC 3339 if absent. For parse: of the input.
    format: Option<String>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(untagged)]
enum Input {
    Seconds(i64),
    Text(String),
}

#[derive(Deserialize, Serialize, JsonSchema, Default, Clone, Copy)]
#[serde(rename_all = "snake_case")]
enum Operation {
    Parse,
    #[default]
    Now,
    ConvertTimezone,
    Add,
    Subtract,
    Difference,
    Info,
    Formats,
}

/// Days and longer ones are those of the calendar.
#[derive(Deserialize, Serialize, JsonSchema, Default, Clone, Copy)]
#[serde(rename_all = "snake_case")]
enum Unit {
    Seconds,
    Minutes,
    Hours,
    #[default]
    Days,
    Weeks,
    Months,
    Years,
}

/// Of an input or a format.
const LONGEST: usize = 256;

impl Standard for DatetimeHandler {
    const NAME: &'static str = "datetime-handler";
    const DESCRIPTION: &'static str =
        "Tells the time, reads dates, converts them between time zones, and calculates with them.";
    const CATEGORY: &'static str = "time";
    const ALIASES: &'static [&'static str] = &["date_time_handler"];
    const PARAMETER_ALIASES: &'static [(&'static str, &'static str)] = &[
        ("text", "input"),
        ("content", "input"),
        ("datetime", "input"),
        ("date", "input"),
        ("op", "operation"),
        ("action", "operation"),
        ("from_timezone", "timezone"),
        ("to_timezone", "target_timezone"),
        ("value", "amount"),
    ];

    fn operation(&self) -> String {
        word(self.operation)
    }

    fn run(self, Context { chance, .. }: &Context) -> Answer {
        if self.format.as_ref().is_some_and(|format| format.len() > LONGEST) {
            return Err(Problem::too_large(format!("'format' has more than {LONGEST} bytes")));
        }
        let zone = zone("timezone", self.timezone.as_deref().unwrap_or("UTC"))?;
        match self.operation {
            Operation::Now => {
                let now = Timestamp::from_nanosecond(chance.clock.now().into()).map_err(unusable)?;
                let now = now.to_zoned_datetime(zone);
                Ok(json!({
                    "timezone": self.timezone.as_deref().unwrap_or("UTC"), "datetime": self.show(&now)?,
                    "format": self.format.as_deref().unwrap_or("rfc3339"), "timestamp": now.timestamp().as_second(),
                }))
            }
            Operation::Parse => {
                let text = self.input.as_ref().ok_or_else(|| Problem::missing("input", "the date"))?;
                let time = time("input", text, zone, self.format.as_deref())?;
                Ok(json!({ "parsed": parsed(&time) }))
            }
            Operation::Info => Ok(json!({ "info": info(&self.input(zone)?) })),
            Operation::ConvertTimezone => {
                let Some(target) = self.target_timezone.as_deref() else {
                    return Err(Problem::missing("target_timezone", "an IANA name such as Europe/Paris"));
                };
                let time = self.input(zone)?;
                let converted = time.with_time_zone(self::zone("target_timezone", target)?);
                Ok(json!({
                    "converted": self.show(&converted)?, "original": rfc3339(&time), "timezone": target,
                    "offset": converted.strftime("%:z").to_string(),
                }))
            }
            Operation::Add | Operation::Subtract => {
                let time = self.input(zone)?;
                let Some(amount) = self.amount else { return Err(Problem::missing("amount", "how many units")) };
                let span = self.unit.span(amount).map_err(unusable)?;
                let moved = match self.operation {
                    Operation::Add => time.checked_add(span),
                    _ => time.checked_sub(span),
                };
                let moved = moved.map_err(unusable)?;
                Ok(json!({
                    "result": self.show(&moved)?, "original": rfc3339(&time), "amount": amount, "unit": word(self.unit),
                }))
            }
            Operation::Difference => {
                let point = |name: &str, input: &Option<Input>| match input {
                    Some(input) => time(name, input, zone.clone(), None),
                    None => Err(Problem::missing(name, "a date")),
                };
                Ok(json!({ "difference": difference(&point("start", &self.start)?, &point("end", &self.end)?) }))
            }
            Operation::Formats => {
                let all: Vec<Value> = FORMATS
                    .iter()
                    .map(|(name, format, example)| json!({ "name": name, "format": format, "example": example }))
                    .collect();
                Ok(json!({ "formats": all }))
            }
        }
    }
}

impl DatetimeHandler {
    fn input(&self, zone: TimeZone) -> Result<ZonedDateTime, Problem> {
        let input = self.input.as_ref().ok_or_else(|| Problem::missing("input", "the date"))?;
        time("input", input, zone, None)
    }

    fn show(&self, time: &ZonedDateTime) -> Result<String, Problem> {
        let Some(format) = &self.format else { return Ok(rfc3339(time)) };
        jiff::fmt::strtime::format(format, time)
            .map_err(|error| Problem::invalid(format!("'format' can't be used: {error}")))
    }
}

impl Unit {
    fn span(self, amount: i64) -> Result<Span, jiff::Error> {
        let span = Span::new();
        match self {
            Unit::Seconds => span.try_seconds(amount),
            Unit::Minutes => span.try_minutes(amount),
            Unit::Hours => span.try_hours(amount),
            Unit::Days => span.try_days(amount),
            Unit::Weeks => span.try_weeks(amount),
            Unit::Months => span.try_months(amount),
            Unit::Years => span.try_years(amount),
        }
    }
}

fn time(name: &str, input: &Input, zone: TimeZone, format: Option<&str>) -> Result<ZonedDateTime, Problem> {
    match input {
        Input::Seconds(seconds) => Ok(Timestamp::from_second(*seconds).map_err(unusable)?.to_zoned_datetime(zone)),
        Input::Text(text) if text.len() > LONGEST => {
            Err(Problem::too_large(format!("'{name}' has more than {LONGEST} bytes: it is no date")))
        }
        Input::Text(text) => {
            read(text.trim(), zone, format).map_err(|problem| Problem::invalid(format!("'{name}' {problem}")))
        }
    }
}

/// From the database in the binary.
fn zone(name: &str, text: &str) -> Result<TimeZone, Problem> {
    let unknown = || {
        let shown: String = text.escape_debug().take(64).collect();
        Problem::invalid(format!("'{name}' must be an IANA time zone such as Europe/Paris, not '{shown}'"))
    };
    if text.len() > LONGEST {
        return Err(unknown());
    }
    TimeZone::get(text).map_err(|_| unknown())
}

fn unusable(error: jiff::Error) -> Problem {
    Problem::invalid(format!("the time is outside of what can be told: {error}"))
}

/// With a fraction only where there is one.
fn rfc3339(time: &ZonedDateTime) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%S%.f%:z").to_string()
}

fn parsed(time: &ZonedDateTime) -> Value {
    json!({
        "utc": rfc3339(&time.with_time_zone(TimeZone::UTC)), "local": rfc3339(time),
        "timestamp": time.timestamp().as_second(), "year": time.year(), "month": time.month(), "day": time.day(),
        "hour": time.hour(), "minute": time.minute(), "second": time.second(),
        "weekday": time.strftime("%A").to_string(), "timezone": zone_name(time),
    })
}

fn info(time: &ZonedDateTime) -> Value {
    let week = time.iso_week_date();
    json!({
        "year": time.year(), "month": time.month(), "day": time.day(), "hour": time.hour(), "minute": time.minute(),
        "second": time.second(), "weekday": time.strftime("%A").to_string(),
        "month_name": time.strftime("%B").to_string(), "day_of_year": time.day_of_year(), "iso_week": week.week(),
        "iso_year": week.year(), "quarter": (time.month() - 1) / 3 + 1, "is_leap_year": time.in_leap_year(),
        "days_in_month": time.days_in_month(),
        "is_weekend": matches!(time.weekday(), jiff::civil::Weekday::Saturday | jiff::civil::Weekday::Sunday),
        "timezone": zone_name(time), "offset": time.strftime("%:z").to_string(), "timestamp": time.timestamp().as_second(),
    })
}

fn zone_name(time: &ZonedDateTime) -> String {
    time.time_zone().iana_name().map_or_else(|| time.strftime("%:z").to_string(), String::from)
}

/// Whole days and hours of the time between, whatever the clocks did.
fn difference(start: &ZonedDateTime, end: &ZonedDateTime) -> Value {
    let total = end.timestamp().as_second() - start.timestamp().as_second();
    let (seconds, sign) = (total.abs(), if total < 0 { "-" } else { "" });
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3_600, seconds / 60);
    let parts = [(days, "day"), (hours % 24, "hour"), (minutes % 60, "minute"), (seconds % 60, "second")];
    let said = parts.iter().filter(|(count, _)| *count > 0);
    let said: Vec<String> =
        said.map(|(count, unit)| format!("{count} {unit}{}", if *count == 1 { "" } else { "s" })).collect();
    let human = if said.is_empty() { "0 seconds".into() } else { format!("{sign}{}", said.join(", ")) };
    json!({
        "total_seconds": total, "days": total / 86_400, "hours": total / 3_600 % 24, "minutes": total / 60 % 60,
        "seconds": total % 60, "human_readable": human,
    })
}
