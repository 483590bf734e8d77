//! Every number that bounds a run, in one place.

use std::time::Duration;

pub mod table;

use llmspell_api::LimitValues;
use serde_json::Value;

use crate::money::NanoDollars;
use table::{ROWS, Row, Unit};

/// What one run may use. The defaults hold unless the caller, the configuration or a policy sets others.
///
/// Applied by the engine (fuel, memory, stack), the gate (calls, bytes, output), the run (handles, operations, nesting, values,
/// host memory), budgets (tokens, cost) and the clock (timeouts).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Units of fuel: about one a wasm instruction, 12 G a second of CPU. Spent: outcome `fuel`.
    pub fuel: u64,
    /// Bytes of linear memory of the guest. Growth is refused as an error of the language, three times; then outcome `memory`.
    pub memory_bytes: usize,
    /// From the first instruction to the last, waiting included. Spent: outcome `wall-time`.
    pub wall_time: Duration,
    /// Bytes of output and log. Spent: outcome `output`.
    pub output_bytes: u64,
    /// Calls of imports. Spent: outcome `host-calls`.
    pub host_calls: u64,
    /// Bytes across the boundary, both ways, in the whole run. Spent: outcome `host-bytes`.
    pub host_bytes: u64,
    /// Calls of tools, by the spell and by models. Spent: outcome `host-calls`.
    pub tool_calls: u64,
    /// Bytes that are written to files in the whole run. More is a failure, code "too-large".
    pub written_bytes: u64,
    /// Input and output tokens of all models together; `None` is no limit. A call that does not fit is not made, and
    /// spent: outcome `token-budget`.
    pub tokens: Option<u64>,
    /// What models may cost; `None` is no limit. Spent: outcome `cost-budget`.
    pub cost: Option<NanoDollars>,
    /// Live handles: so many agents, and so many operations. The next one is a failure, code "handles".
    pub handles: usize,
    /// Operations that are not finished. The next one is a failure, code "handles".
    pub operations: usize,
    /// Calls of the spell's own functions within each other: a tool that runs an agent that calls a tool ... The next one
    /// is a failure, code "nesting".
    pub nesting: usize,
    /// How long one of the spell's functions may take to answer its caller, such as a model. More is a failure,
    /// code "timeout".
    pub handler_time: Duration,
    /// Bytes of the host's memory for what a run has it keep: arguments and results of operations, agents, their
    /// histories, tools, schemas. Parsed values weigh by their nodes. More is a failure, code "handles".
    pub host_memory_bytes: usize,
    /// Bytes of one value that crosses the boundary. More is a failure, code "too-large".
    pub value_bytes: usize,
    /// Levels of arrays and objects in one value.
    pub value_depth: usize,
    /// Arrays, objects and scalars in one value.
    pub value_nodes: usize,
    /// Bytes of one reply of a model or a tool. More is a failure, code "too-large".
    pub reply_bytes: usize,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            fuel: 120_000_000_000,
            memory_bytes: 64 << 20,
            wall_time: Duration::from_secs(600),
            output_bytes: 16 << 20,
            host_calls: 1_000_000,
            host_bytes: 256 << 20,
            tool_calls: 1_000,
            written_bytes: 256 << 20,
            tokens: None,
            cost: None,
            handles: 1_000,
            operations: 128,
            nesting: 16,
            handler_time: Duration::from_secs(60),
            host_memory_bytes: 64 << 20,
            value_bytes: 1 << 20,
            value_depth: 64,
            value_nodes: 100_000,
            reply_bytes: 8 << 20,
        }
    }
}

impl Limits {
    /// The tighter of the two, number by number.
    pub fn within(&self, outer: &Limits) -> Limits {
        Limits {
            fuel: self.fuel.min(outer.fuel),
            memory_bytes: self.memory_bytes.min(outer.memory_bytes),
            wall_time: self.wall_time.min(outer.wall_time),
            output_bytes: self.output_bytes.min(outer.output_bytes),
            host_calls: self.host_calls.min(outer.host_calls),
            host_bytes: self.host_bytes.min(outer.host_bytes),
            tool_calls: self.tool_calls.min(outer.tool_calls),
            written_bytes: self.written_bytes.min(outer.written_bytes),
            tokens: self.tokens.into_iter().chain(outer.tokens).min(),
            cost: self.cost.into_iter().chain(outer.cost).min(),
            handles: self.handles.min(outer.handles),
            operations: self.operations.min(outer.operations),
            nesting: self.nesting.min(outer.nesting),
            handler_time: self.handler_time.min(outer.handler_time),
            host_memory_bytes: self.host_memory_bytes.min(outer.host_memory_bytes),
            value_bytes: self.value_bytes.min(outer.value_bytes),
            value_depth: self.value_depth.min(outer.value_depth),
            value_nodes: self.value_nodes.min(outer.value_nodes),
            reply_bytes: self.reply_bytes.min(outer.reply_bytes),
        }
    }
}

impl Limits {
    /// For programs: each number under the name of its flag, in bytes, milliseconds or decimal dollars; null where there
    /// is no such limit.
    pub fn show(&self) -> LimitValues {
        let value = |row: &Row| match ((row.get)(self), row.unit) {
            (Some(cost), Unit::Money) => row.write(cost).into(),
            (number, _) => number.into(),
        };
        ROWS.iter().map(|row| (row.name.to_owned(), value(row))).collect()
    }

    /// What [`Limits::show`] wrote. `None`: it is something else.
    pub fn read(shown: &LimitValues) -> Option<Limits> {
        let mut limits = Limits::default();
        for row in ROWS {
            let number = match shown.get(row.name)? {
                Value::Null if (row.get)(&limits).is_none() => continue,
                Value::String(dollars) if row.unit == Unit::Money => row.parse(dollars).ok()?,
                number => number.as_u64()?,
            };
            (row.set)(&mut limits, row.check(number).ok()?);
        }
        Some(limits)
    }
}

/// One limit of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    /// Units of fuel ([`Limits::fuel`]).
    Fuel,
    /// Bytes of the guest's linear memory ([`Limits::memory_bytes`]).
    Memory,
    /// Time from start to end ([`Limits::wall_time`]).
    WallTime,
    /// Bytes of output and log ([`Limits::output_bytes`]).
    Output,
    /// Calls of imports ([`Limits::host_calls`]).
    HostCalls,
    /// As an ending it is the same as `HostCalls`.
    ToolCalls,
    /// Tokens of all models ([`Limits::tokens`]).
    Tokens,
    /// Money for all models ([`Limits::cost`]).
    Cost,
    /// Bytes of the engine's stack: what deep recursion uses up.
    Stack,
    /// Live handles ([`Limits::handles`]).
    Handles,
    /// Bytes across the boundary ([`Limits::host_bytes`]).
    HostBytes,
    /// Different decisions for the audit. As an ending it is the same as `HostCalls`.
    Decisions,
}

impl Limit {
    /// The word of the outcome of a run that used it up, as receipts have it.
    pub fn word(self) -> &'static str {
        self.row().0
    }

    /// What the command line exits with then.
    pub fn exit_code(self) -> u8 {
        self.row().1
    }

    fn row(self) -> (&'static str, u8) {
        match self {
            Limit::Fuel => ("fuel", 10),
            Limit::Memory => ("memory", 11),
            Limit::WallTime => ("wall-time", 12),
            Limit::Output => ("output", 13),
            Limit::HostCalls | Limit::ToolCalls | Limit::Decisions => ("host-calls", 14),
            Limit::Tokens => ("token-budget", 15),
            Limit::Cost => ("cost-budget", 16),
            Limit::Stack => ("stack", 17),
            Limit::Handles => ("handles", 18),
            Limit::HostBytes => ("host-bytes", 19),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_that_are_shown_can_be_read() {
        let some = Limits { fuel: 7, cost: Some(NanoDollars(250_000_000)), tokens: Some(9), ..Limits::default() };
        let odd =
            Limits { wall_time: Duration::from_millis(1), handler_time: Duration::from_millis(2), ..Limits::default() };
        for limits in [Limits::default(), some, odd] {
            assert_eq!(Limits::read(&limits.show()), Some(limits));
        }
        assert_eq!(Limits::read(&LimitValues::new()), None);
        for number in [0, u64::MAX] {
            let mut shown = Limits::default().show();
            shown.insert("max-handles".into(), number.into());
            assert_eq!(Limits::read(&shown), None, "{number}");
        }
    }
}
