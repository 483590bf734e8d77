//! The names of the limits: of the flags, of the keys in `[limits]` of the configuration and of policies, and in messages.
//! A new limit is one row here, beside its field in [`Limits`].

use std::borrow::Cow;
use std::time::Duration;

use toml::Spanned;
use toml::de::DeValue;

use super::{Limit, Limits};
use crate::money::NanoDollars;
use crate::nearest::nearest;
use crate::toml_span::{Wrong, kind, shown};
use crate::units::{parse_duration, parse_size};

/// One limit, by the name that people give it.
#[derive(Debug)]
pub struct Row {
    /// Of the flag, without its dashes, and of the key in a file.
    pub name: &'static str,
    /// What a ledger calls that which was used of it.
    pub used: &'static str,
    /// What the flag's help says.
    pub help: &'static str,
    /// How the value is written, and what its number counts.
    pub unit: Unit,
    /// The smallest value that is accepted, in the unit's numbers.
    pub least: u64,
    /// The largest value that is accepted; beyond it another bound would be met first.
    pub most: u64,
    /// Shown by `-h`; the others by `--help`.
    pub is_common: bool,
    /// The end of a run that used it up, and what messages call it then: "the run's … is used up". `None`: a failure that the
    /// spell can catch.
    pub ends: Option<(Limit, &'static str)>,
    /// `None`: there is no such limit.
    pub get: fn(&Limits) -> Option<u64>,
    /// Writes the value, in the unit's numbers, into the limits.
    pub set: fn(&mut Limits, u64),
}

/// How a limit is written, and what its number counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Units of fuel, written as [`Unit::Number`].
    Fuel,
    /// Plain, or with k, M or G.
    Number,
    /// Bytes; written with KiB, MiB, GiB, or plain.
    Size,
    /// Milliseconds; written with a unit of time.
    Time,
    /// Billionths of a dollar; written in dollars, as "0.25".
    Money,
}

/// Beyond it the engine would give first.
const MOST_FUEL: u64 = i64::MAX as u64;
const MOST_MEMORY: u64 = 4 << 30;
/// The guests that the binary carries do not start with much less.
const LEAST_MEMORY: u64 = 4 << 20;
const COUNT: u64 = u64::MAX / 2;
/// A day longer than the longest that can be written.
const YEAR: u64 = 367 * 86_400_000;

macro_rules! rows {
    ($($name:literal $used:literal $unit:ident $least:expr, $most:expr, $common:literal, $ends:expr, $help:literal, $get:expr, $set:expr;)*) => {
        /// All of them, in the order in which they are shown.
        pub const ROWS: &[Row] = &[$(Row {
            name: $name, used: $used, help: $help, unit: Unit::$unit, least: $least, most: $most, is_common: $common,
            ends: $ends,
            get: $get, set: $set,
        }),*];
    };
}

rows! {
    "fuel" "fuel" Fuel 1, MOST_FUEL, true, Some((Limit::Fuel, "fuel")),
        "Units of fuel, about one a wasm instruction: plain or with k, M or G",
        |limits| Some(limits.fuel), |limits, value| limits.fuel = value;
    "memory" "memory_bytes" Size LEAST_MEMORY, MOST_MEMORY, true, Some((Limit::Memory, "memory")),
        "Memory of the guest, such as 64MiB",
        |limits| Some(limits.memory_bytes as u64), |limits, value| limits.memory_bytes = bounded(value);
    "timeout" "wall_time_ms" Time 1, YEAR, true, Some((Limit::WallTime, "wall time")),
        "Wall time, such as 30s or 10m",
        |limits| Some(milliseconds(limits.wall_time)), |limits, value| limits.wall_time = Duration::from_millis(value);
    "max-output" "output_bytes" Size 1, 1 << 40, true, Some((Limit::Output, "output")),
        "What the spell may print and log, such as 16MiB",
        |limits| Some(limits.output_bytes), |limits, value| limits.output_bytes = value;
    "max-tool-calls" "tool_calls" Number 1, COUNT, true, Some((Limit::ToolCalls, "number of tool calls")),
        "Calls of tools, by the spell and by models",
        |limits| Some(limits.tool_calls), |limits, value| limits.tool_calls = value;
    "token-budget" "tokens" Number 1, COUNT, true, Some((Limit::Tokens, "number of tokens")),
        "Tokens of all models, input and output",
        |limits| limits.tokens, |limits, value| limits.tokens = Some(value);
    "cost-budget" "cost" Money 1, u64::MAX, true, Some((Limit::Cost, "money")),
        "What models may cost, in dollars, such as 0.25",
        |limits| limits.cost.map(|cost| cost.0), |limits, value| limits.cost = Some(NanoDollars(value));
    "max-host-calls" "host_calls" Number 1, COUNT, true, Some((Limit::HostCalls, "number of host calls")),
        "Calls of the host, of any kind",
        |limits| Some(limits.host_calls), |limits, value| limits.host_calls = value;
    "max-host-bytes" "host_bytes" Size 1, 1 << 40, false, Some((Limit::HostBytes, "traffic with the host")),
        "Data across the boundary in the whole run, both ways",
        |limits| Some(limits.host_bytes), |limits, value| limits.host_bytes = value;
    "max-written" "written_bytes" Size 1, 1 << 40, false, None,
        "What the spell may write to files in the whole run",
        |limits| Some(limits.written_bytes), |limits, value| limits.written_bytes = value;
    "max-handles" "handles" Number 1, 100_000, true, Some((Limit::Handles, "number of handles")),
        "Open agents, and as many open operations",
        |limits| Some(limits.handles as u64), |limits, value| limits.handles = bounded(value);
    "max-operations" "operations" Number 1, 10_000, false, None,
        "Operations in progress",
        |limits| Some(limits.operations as u64), |limits, value| limits.operations = bounded(value);
    "max-nesting" "nesting" Number 1, 100, false, None,
        "Nested calls of the spell's own functions",
        |limits| Some(limits.nesting as u64), |limits, value| limits.nesting = bounded(value);
    "handler-timeout" "handler_time_ms" Time 1, YEAR, false, None,
        "How long one of the spell's functions may take to answer",
        |limits| Some(milliseconds(limits.handler_time)),
        |limits, value| limits.handler_time = Duration::from_millis(value);
    "max-host-memory" "host_memory_bytes" Size 1, 1 << 34, false, None,
        "Host memory for what the run has the host keep",
        |limits| Some(limits.host_memory_bytes as u64), |limits, value| limits.host_memory_bytes = bounded(value);
    "max-value" "value_bytes" Size 1, 1 << 30, false, None,
        "One value that crosses the boundary",
        |limits| Some(limits.value_bytes as u64), |limits, value| limits.value_bytes = bounded(value);
    "max-value-depth" "value_depth" Number 1, 100, false, None,
        "Levels of arrays and objects in one value",
        |limits| Some(limits.value_depth as u64), |limits, value| limits.value_depth = bounded(value);
    "max-value-nodes" "value_nodes" Number 1, 100_000_000, false, None,
        "Arrays, objects and scalars in one value",
        |limits| Some(limits.value_nodes as u64), |limits, value| limits.value_nodes = bounded(value);
    "max-reply" "reply_bytes" Size 1, 1 << 30, false, None,
        "One reply of a model or a tool",
        |limits| Some(limits.reply_bytes as u64), |limits, value| limits.reply_bytes = bounded(value);
}

/// Parses one entry of `[limits]`: its row and its value, given as a number or as the text that the flag takes.
pub fn entry(key: &Spanned<Cow<'_, str>>, value: &Spanned<DeValue<'_>>) -> Result<(&'static Row, u64), Wrong> {
    let name = key.get_ref();
    let Some(row) = ROWS.iter().find(|row| row.name == name) else {
        let problem = format!("[limits] unknown key '{}'{}", name.escape_debug(), known(name));
        return Err((key.span(), problem));
    };
    let number = row.number(value.get_ref());
    Ok((row, number.map_err(|what| (value.span(), format!("[limits] {}: {what}", row.name)))?))
}

/// The hint for a name that is none.
fn known(name: &str) -> String {
    // What is used of it has a name of its own.
    let plain = name.replace('_', "-");
    let meant = ROWS.iter().find(|row| row.used == name || row.name.strip_prefix("max-") == Some(&plain));
    match meant {
        Some(row) => format!("; did you mean '{}'?", row.name),
        None => nearest(&plain, &ROWS.iter().map(|row| row.name).collect::<Vec<_>>()),
    }
}

impl Row {
    fn number(&self, value: &DeValue<'_>) -> Result<u64, String> {
        match value {
            DeValue::String(text) => self.parse(text),
            DeValue::Integer(_) if self.unit == Unit::Time => {
                Err("needs a unit of time: write \"30s\" or \"10m\"".into())
            }
            DeValue::Integer(number) => {
                let written = number.to_string();
                let parsed = if number.radix() == 10 { number.as_str().parse::<u64>().ok() } else { None };
                parsed.map_or_else(
                    || {
                        Err(format!(
                            "must be from {} to {}, not {written}",
                            self.write(self.least),
                            self.write(self.most)
                        ))
                    },
                    |number| self.check(number),
                )
            }
            other => Err(format!("is a number or a text, not {}", kind(other))),
        }
    }

    /// The value as a number in the row's unit.
    pub fn parse(&self, text: &str) -> Result<u64, String> {
        let number = match self.unit {
            Unit::Fuel | Unit::Number => parse_number(text)?,
            Unit::Size => parse_size(text)?,
            Unit::Time => milliseconds(parse_duration(text)?),
            Unit::Money => text.parse::<NanoDollars>()?.0,
        };
        self.check(number)
    }

    /// The value in full, for messages: "67108864 bytes".
    pub fn amount(&self, limits: &Limits) -> String {
        let number = (self.get)(limits).unwrap_or_default();
        match self.unit {
            Unit::Fuel => format!("{number} units"),
            Unit::Size => format!("{number} bytes"),
            Unit::Money => format!("${}", self.write(number)),
            Unit::Number | Unit::Time => self.write(number),
        }
    }

    /// Refuses a number that is out of bounds.
    pub fn check(&self, number: u64) -> Result<u64, String> {
        let range = self.least..=self.most;
        if range.contains(&number) {
            return Ok(number);
        }
        Err(format!("must be from {} to {}, not {}", self.write(self.least), self.write(self.most), self.write(number)))
    }

    /// As [`Row::parse`] reads it.
    pub fn write(&self, number: u64) -> String {
        match self.unit {
            Unit::Fuel | Unit::Number => number.to_string(),
            Unit::Money => NanoDollars(number).to_string(),
            Unit::Time => humantime::format_duration(Duration::from_millis(number)).to_string(),
            Unit::Size => [(1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB")]
                .into_iter()
                .find(|(unit, _)| number >= *unit && number.is_multiple_of(*unit))
                .map_or_else(|| number.to_string(), |(unit, name)| format!("{}{name}", number / unit)),
        }
    }
}

/// The row of a limit that ends runs. `None`: it is fixed, so that nothing raises it.
pub fn row_of(limit: Limit) -> Option<&'static Row> {
    ROWS.iter().find(|row| row.ends.is_some_and(|(ends, _)| ends == limit))
}

/// "500000", "500M" or "2G".
fn parse_number(text: &str) -> Result<u64, String> {
    let (digits, factor) = match text.char_indices().last() {
        Some((at, 'k')) => (text.get(..at), 1_000),
        Some((at, 'M')) => (text.get(..at), 1_000_000),
        Some((at, 'G')) => (text.get(..at), 1_000_000_000),
        _ => (Some(text), 1),
    };
    let digits = digits.filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()));
    let number = digits.and_then(|digits| digits.parse::<u64>().ok()).and_then(|number| number.checked_mul(factor));
    number.ok_or_else(|| format!("'{}' is not a number such as 500000, 500M or 2G", shown(text)))
}

fn milliseconds(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

/// On a machine with smaller addresses the most that there is.
fn bounded(value: u64) -> usize {
    usize::try_from(value).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(name: &str) -> &'static Row {
        ROWS.iter().find(|row| row.name == name).unwrap()
    }

    #[test]
    fn every_limit_has_a_row_that_sets_what_it_shows() {
        for row in ROWS {
            let mut limits = Limits::default();
            (row.set)(&mut limits, row.least);
            assert_eq!((row.get)(&limits), Some(row.least), "{}", row.name);
            match row.unit {
                Unit::Money => assert_eq!(limits.show()[row.name], row.write(row.least), "{}", row.name),
                _ => assert_eq!(limits.show()[row.name], row.least, "{}", row.name),
            }
            assert_eq!(row.parse(&row.write(row.least)), Ok(row.least), "{}", row.name);
        }
    }

    #[test]
    fn every_limit_that_ends_runs_has_a_row_or_is_fixed() {
        let all = [
            (Limit::Fuel, "fuel", "120000000000 units"),
            (Limit::Memory, "memory", "67108864 bytes"),
            (Limit::WallTime, "timeout", "10m"),
            (Limit::Output, "max-output", "16777216 bytes"),
            (Limit::HostCalls, "max-host-calls", "1000000"),
            (Limit::ToolCalls, "max-tool-calls", "1000"),
            (Limit::Tokens, "token-budget", "0"),
            (Limit::Cost, "cost-budget", "$0"),
            (Limit::Handles, "max-handles", "1000"),
            (Limit::HostBytes, "max-host-bytes", "268435456 bytes"),
        ];
        for (limit, name, amount) in all {
            let row = row_of(limit).unwrap();
            assert_eq!((row.name, row.amount(&Limits::default()).as_str()), (name, amount));
        }
        assert!(row_of(Limit::Stack).is_none() && row_of(Limit::Decisions).is_none());
        assert_eq!(ROWS.iter().filter(|row| row.ends.is_some()).count(), all.len());
    }

    #[test]
    fn what_the_ledger_calls_it_leads_to_its_name() {
        for (written, meant) in [
            ("wall_time_ms", "; did you mean 'timeout'?"),
            ("tool_calls", "; did you mean 'max-tool-calls'?"),
            ("value-depth", "; did you mean 'max-value-depth'?"),
            ("token_budget", "; did you mean 'token-budget'?"),
            ("fule", "; did you mean 'fuel'?"),
        ] {
            assert_eq!(known(written), meant);
        }
    }

    #[test]
    fn fuel_has_a_suffix_and_bounds() {
        for (text, number) in [("1", 1), ("7k", 7_000), ("3M", 3_000_000), ("2G", 2_000_000_000)] {
            assert_eq!(row("fuel").parse(text).unwrap(), number);
        }
        for text in ["", "0", "-1", "+1", "1.5G", "G", "1T", "1 G", "99999999999G", "9223372036854775808", "１"] {
            assert!(row("fuel").parse(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn memory_is_never_nothing_and_never_without_end() {
        assert_eq!(row("memory").parse("64MiB").unwrap(), 64 << 20);
        for text in ["0", "-1", "3MiB", "4097MiB", "99999999999999999999", "much"] {
            assert!(row("memory").parse(text).is_err(), "{text:?}");
        }
    }
}
