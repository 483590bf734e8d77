//! Programs of jq: what runs them is not part of this crate.

/// Runs programs of jq, each in a sandbox of its own.
pub trait Queries: Send + Sync + 'static {
    /// The results, a line of JSON each; and the fuel that was left. Blocks until the program has ended or is out of fuel.
    fn query(&self, query: Query<'_>) -> (Result<String, QueryError>, u64);
}

/// What is to be run, and within which bounds.
#[derive(Debug, Clone, Copy)]
pub struct Query<'a> {
    /// In jq's language.
    pub program: &'a str,
    /// One or more JSON texts; the program is run for each.
    pub input: &'a str,
    /// What the program takes for the time: nanoseconds since 1970.
    pub now: u64,
    /// Units, about one an instruction.
    pub fuel: u64,
    /// Bytes.
    pub memory: usize,
    /// Bytes of results.
    pub results: usize,
}

/// Why a query has no results.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum QueryError {
    /// It is no program; jq's words.
    Program(String),
    /// It failed at some value; jq's words, or the program's own.
    Value(String),
    /// The input is no JSON; jq's words.
    Input(String),
    /// It took more fuel than it has.
    Fuel,
    /// It took more memory than it has, or went too deep.
    Memory,
    /// Its results take too many bytes.
    Results,
    /// There is nothing in this build that runs programs.
    Missing,
}
