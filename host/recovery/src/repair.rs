//! What may be mended.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// How much may be mended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Recovery {
    /// Nothing: the text is what it has to be.
    Strict,
    /// What has one meaning only: how something is written, and what stands around it.
    #[default]
    Lenient,
    /// Also what has to be guessed: a text that was cut off, marks that are missing.
    BestEffort,
}

/// One kind of mending.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Repair {
    Thoughts,
    Fence,
    Prose,
    Comment,
    TrailingComma,
    ExtraComma,
    SingleQuotes,
    TypographicQuotes,
    TripleQuotes,
    UnquotedName,
    Literal,
    NotANumber,
    Number,
    ControlCharacter,
    Escape,
    CutOff,
    MissingComma,
    MissingColon,
    MissingValue,
    MissingBracket,
    InnerQuote,
    UnquotedText,
    Ellipsis,
    SeveralValues,
}

impl Repair {
    /// What it takes to be allowed.
    pub fn needs(self) -> Recovery {
        match self {
            Repair::CutOff
            | Repair::MissingComma
            | Repair::MissingColon
            | Repair::MissingValue
            | Repair::MissingBracket
            | Repair::InnerQuote
            | Repair::UnquotedText
            | Repair::Ellipsis
            | Repair::SeveralValues => Recovery::BestEffort,
            _ => Recovery::Lenient,
        }
    }

    /// What there is, in a sentence: "there is …".
    pub fn found(self) -> &'static str {
        match self {
            Repair::Thoughts => "a thought in tags",
            Repair::Fence => "a code fence",
            Repair::Prose => "text around it",
            Repair::Comment => "a comment",
            Repair::TrailingComma => "a comma before a closing bracket",
            Repair::ExtraComma => "a comma too many",
            Repair::SingleQuotes => "a text in single quotes",
            Repair::TypographicQuotes => "a text in typographic quotes",
            Repair::TripleQuotes => "a text in three quotes",
            Repair::UnquotedName => "a name without quotes",
            Repair::Literal => "a word of another language, such as None",
            Repair::NotANumber => "no number, such as NaN",
            Repair::Number => "a number that JSON writes otherwise",
            Repair::ControlCharacter => "a line break in a text",
            Repair::Escape => "an escape that JSON does not have",
            Repair::CutOff => "no end: it was cut off",
            Repair::MissingComma => "no comma",
            Repair::MissingColon => "no colon",
            Repair::MissingValue => "no value",
            Repair::MissingBracket => "no closing bracket",
            Repair::InnerQuote => "a quote within a text",
            Repair::UnquotedText => "a text without quotes",
            Repair::Ellipsis => "an ellipsis",
            Repair::SeveralValues => "more than one value",
        }
    }
}

/// A value, and what had to be mended or left out for it, each kind once.
#[derive(Debug, Clone, PartialEq)]
pub struct Recovered {
    pub value: Value,
    pub repairs: Vec<Repair>,
}
