//! The arguments of a call, as the gate counts and records them.

use llmspell_api::journal::FunctionAnswer;
use llmspell_base::Failure;
use llmspell_base::hash::hex;
use serde_json::{Map, Value, json};
use smallvec::SmallVec;

/// One argument of a call.
#[derive(Debug, Clone, Copy)]
pub enum Arg<'a> {
    /// A text; null in the record where there is none.
    Text(Option<&'a str>),
    /// A JSON text: a value in the record. What is no JSON is recorded as the text that it is.
    Json(&'a str),
    /// Of eight bytes.
    Number(u64),
    /// Of four bytes.
    U32(u32),
    /// A number of eight bytes; null in the record, and no bytes, where there is none.
    OptionalNumber(Option<u64>),
    /// Bytes: as text in the record.
    Bytes(&'a [u8]),
    /// One of a few words: it takes nothing.
    Word(&'static str),
    /// What is in a file, or is to be: in the record nothing; who is asked for an approval sees it.
    Content(&'a [u8]),
    /// So many bytes, and nothing in the record.
    Unrecorded(usize),
    /// As [`Arg::Handle`]; null in the record where there is none.
    OptionalHandle(Option<u64>),
    /// A boolean, of one byte.
    Flag(bool),
    /// A number that the host gave, such as an agent's: it takes nothing.
    Handle(u64),
    /// Numbers of operations, of four bytes each.
    Handles(&'a [u64]),
    /// What a function of the spell answered: so many bytes before it was parsed.
    Outcome {
        /// The value that the function returned, or its failure.
        outcome: &'a Result<Value, Failure>,
        /// Length of the answer's text as the guest passed it.
        bytes: usize,
    },
}

/// The named arguments of a call. Few calls have more than four.
#[derive(Debug, Clone, Default)]
pub struct Args<'a>(SmallVec<[(&'static str, Arg<'a>); 4]>);

/// The name of an argument that is the whole record.
pub(crate) const BODY: &str = "";

impl<'a> Args<'a> {
    /// Adds an argument after those that are there already.
    pub fn push(&mut self, name: &'static str, arg: Arg<'a>) {
        self.0.push((name, arg));
    }

    /// How many bytes the guest passed.
    pub fn bytes(&self) -> usize {
        self.0.iter().map(|(_, arg)| arg.bytes()).sum()
    }

    /// For the record: `{name: value}`, in the order of the function's parameters.
    pub fn record(&self) -> Value {
        if let [(BODY, body @ Arg::Json(_))] = self.0.as_slice() {
            return body.record();
        }
        let named = self.0.iter().filter(|(name, _)| *name != BODY);
        named.map(|(name, arg)| ((*name).to_owned(), arg.record())).collect::<Map<_, _>>().into()
    }

    /// All of them, for a question about the call: also what the record leaves out.
    pub(crate) fn whole(&self) -> Value {
        let mut whole = self.record();
        for (name, arg) in &self.0 {
            if let (Arg::Content(bytes), Some(map)) = (arg, whole.as_object_mut()) {
                map.insert((*name).to_owned(), content(bytes));
            }
        }
        whole
    }

    /// The JSON texts among them: what work that keeps them takes of the host's memory.
    pub fn json_texts(&self) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter_map(|(_, arg)| match arg {
            Arg::Json(text) => Some(*text),
            _ => None,
        })
    }
}

impl Arg<'_> {
    fn bytes(&self) -> usize {
        match self {
            Arg::Text(text) => text.map_or(0, str::len),
            Arg::Json(text) => text.len(),
            Arg::Number(_) => 8,
            Arg::U32(_) => 4,
            Arg::OptionalNumber(number) => number.map_or(0, |_| 8),
            Arg::Flag(_) => 1,
            Arg::Bytes(bytes) | Arg::Content(bytes) => bytes.len(),
            Arg::Unrecorded(bytes) => *bytes,
            Arg::Handle(_) | Arg::OptionalHandle(_) | Arg::Word(_) => 0,
            Arg::Handles(numbers) => 4 * numbers.len(),
            Arg::Outcome { bytes, .. } => *bytes,
        }
    }

    fn record(&self) -> Value {
        match self {
            Arg::Text(text) => (*text).into(),
            Arg::Json(text) => parse_or_text(text),
            Arg::Number(number) | Arg::Handle(number) => (*number).into(),
            Arg::U32(number) => (*number).into(),
            Arg::OptionalNumber(number) | Arg::OptionalHandle(number) => (*number).into(),
            Arg::Bytes(bytes) => String::from_utf8_lossy(bytes).into(),
            Arg::Word(word) => (*word).into(),
            Arg::Unrecorded(_) | Arg::Content(_) => Value::Null,
            Arg::Flag(flag) => (*flag).into(),
            Arg::Handles(numbers) => (*numbers).into(),
            Arg::Outcome { outcome: Ok(value), .. } => json!(FunctionAnswer::Ok(value)),
            Arg::Outcome { outcome: Err(failure), .. } => json!(FunctionAnswer::Failure(failure)),
        }
    }
}

/// A JSON text as a value; what is no JSON, which only a broken guest sends, as the text that it is.
pub fn parse_or_text(json: &str) -> Value {
    serde_json::from_str(json).unwrap_or_else(|_| json.into())
}

/// What is in a file, for a question: as text where it is one.
pub fn content(bytes: &[u8]) -> Value {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.into(),
        Err(_) => json!({ "bytes": bytes.len(), "hex": hex(bytes) }),
    }
}
