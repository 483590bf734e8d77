//! `text-manipulator`: letters, lines and words of a text.

use heck::{ToLowerCamelCase, ToSnakeCase, ToUpperCamelCase};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use unicode_segmentation::UnicodeSegmentation;

use crate::standard::{Answer, Context, INPUT_AND_OPERATION, Problem, Standard, room, word};

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TextManipulator {
    /// The text; for join, a list of texts or a text whose lines are joined.
    input: Input,
    operation: Operation,
    /// What the operation needs.
    #[serde(default)]
    options: Options,
}

#[derive(Deserialize, JsonSchema)]
#[serde(untagged)]
enum Input {
    Text(String),
    List(Vec<String>),
}

#[derive(Deserialize, Serialize, JsonSchema, Clone, Copy, PartialEq)]
#[serde(rename_all = "snake_case")]
enum Operation {
    Uppercase,
    Lowercase,
    Reverse,
    Trim,
    Replace,
    Substring,
    Split,
    Join,
    SnakeCase,
    CamelCase,
    PascalCase,
    Sanitize,
    Truncate,
    Indent,
    Dedent,
    NormalizeWhitespace,
    WordWrap,
}

#[derive(Deserialize, JsonSchema, Default)]
#[serde(deny_unknown_fields, default)]
struct Options {
    /// replace: what is replaced.
    from: Option<String>,
    /// replace: by what; nothing if absent.
    to: Option<String>,
    /// substring: the first character, from 0.
    start: Option<usize>,
    /// substring: behind the last character; the end if absent.
    end: Option<usize>,
    /// substring, truncate: how many characters.
    length: Option<usize>,
    /// split, join: what stands between the parts; "," if absent for split, " " for join.
    delimiter: Option<String>,
    /// truncate: what stands for the rest, and counts; "..." if absent.
    suffix: Option<String>,
    /// indent: how many spaces; 4 if absent.
    spaces: Option<usize>,
    /// word_wrap: how many columns; 80 if absent.
    width: Option<usize>,
}

impl Standard for TextManipulator {
    const NAME: &'static str = "text-manipulator";
    const DESCRIPTION: &'static str =
        "Changes a text: its case, its lines, its spaces; replaces, cuts, splits and joins.";
    const CATEGORY: &'static str = "text";
    const PARAMETER_ALIASES: &'static [(&'static str, &'static str)] = INPUT_AND_OPERATION;

    fn operation(&self) -> String {
        word(self.operation)
    }

    fn run(self, _: &Context) -> Answer {
        let TextManipulator { input, operation, options } = self;
        let (text, original) = match (input, operation) {
            (Input::Text(text), Operation::Join) => {
                let length = text.chars().count();
                (join(text.lines(), &options)?, length)
            }
            (Input::Text(text), _) => {
                let length = text.chars().count();
                if operation == Operation::Split {
                    return split(&text, &options, length);
                }
                (change(&text, operation, &options)?, length)
            }
            (Input::List(list), Operation::Join) => {
                let length = list.iter().map(|one| one.chars().count()).sum();
                (join(list.iter().map(String::as_str), &options)?, length)
            }
            (Input::List(_), _) => return Err(Problem::invalid("'input' must be a text: only join takes a list")),
        };
        Ok(show(text.chars().count(), text.into(), operation, original))
    }
}

fn show(length: usize, result: Value, operation: Operation, original: usize) -> Value {
    json!({
        "result": result, "operation": word(operation), "original_length": original, "result_length": length,
    })
}

fn split(text: &str, options: &Options, length: usize) -> Answer {
    let delimiter = options.delimiter.as_deref().unwrap_or(",");
    let parts: Vec<&str> = match delimiter {
        "" => text.graphemes(true).collect(),
        delimiter => text.split(delimiter).collect(),
    };
    // Each part takes a place in a list, however short it is.
    room(parts.len().saturating_mul(8))?;
    Ok(show(parts.len(), parts.into(), Operation::Split, length))
}

fn join<'a>(parts: impl Iterator<Item = &'a str> + Clone, options: &Options) -> Result<String, Problem> {
    let delimiter = options.delimiter.as_deref().unwrap_or(" ");
    room(parts.clone().map(|part| part.len().saturating_add(delimiter.len())).fold(0, usize::saturating_add))?;
    Ok(parts.collect::<Vec<_>>().join(delimiter))
}

fn change(text: &str, operation: Operation, options: &Options) -> Result<String, Problem> {
    Ok(match operation {
        Operation::Uppercase => text.to_uppercase(),
        Operation::Lowercase => text.to_lowercase(),
        Operation::Reverse => text.graphemes(true).rev().collect(),
        Operation::Trim => text.trim().into(),
        Operation::Replace => replace(text, options)?,
        Operation::Substring => substring(text, options)?,
        Operation::SnakeCase => text.to_snake_case(),
        Operation::CamelCase => text.to_lower_camel_case(),
        Operation::PascalCase => text.to_upper_camel_case(),
        Operation::Sanitize => text.chars().filter(|one| is_plain(*one)).collect(),
        Operation::Truncate => truncate(text, options)?,
        Operation::Indent => indent(text, options)?,
        Operation::Dedent => textwrap::dedent(text),
        Operation::NormalizeWhitespace => text.split_whitespace().collect::<Vec<_>>().join(" "),
        Operation::WordWrap => textwrap::fill(text, options.width.unwrap_or(80).max(1)),
        Operation::Split | Operation::Join => text.into(),
    })
}

fn replace(text: &str, options: &Options) -> Result<String, Problem> {
    let Some(from) = options.from.as_deref().filter(|from| !from.is_empty()) else {
        return Err(Problem::missing("options.from", "the text that is replaced"));
    };
    let to = options.to.as_deref().unwrap_or_default();
    let count = text.matches(from).count();
    room((text.len() - count * from.len()).saturating_add(count.saturating_mul(to.len())))?;
    Ok(text.replace(from, to))
}

fn substring(text: &str, options: &Options) -> Result<String, Problem> {
    let start = options.start.unwrap_or_default();
    let end = options.end.or(options.length.map(|length| start.saturating_add(length))).unwrap_or(usize::MAX);
    if end < start {
        return Err(Problem::invalid(format!("'options.end' ({end}) is before 'options.start' ({start})")));
    }
    Ok(text.chars().skip(start).take(end - start).collect())
}

fn truncate(text: &str, options: &Options) -> Result<String, Problem> {
    let Some(length) = options.length else {
        return Err(Problem::missing("options.length", "how many characters are kept"));
    };
    if text.chars().nth(length).is_none() {
        return Ok(text.into());
    }
    let suffix = options.suffix.as_deref().unwrap_or("...");
    let kept = length.saturating_sub(suffix.chars().count());
    Ok(text.chars().take(kept).chain(suffix.chars()).take(length).collect())
}

fn indent(text: &str, options: &Options) -> Result<String, Problem> {
    let spaces = options.spaces.unwrap_or(4);
    // Of no line as well: the spaces of one are made in any case.
    room(text.lines().count().max(1).saturating_mul(spaces).saturating_add(text.len()))?;
    Ok(textwrap::indent(text, &" ".repeat(spaces)))
}

/// Neither a control character, but for tabs and ends of lines, nor one that hides or reorders others.
fn is_plain(one: char) -> bool {
    let invisible =
        matches!(one, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}');
    !invisible && (!one.is_control() || matches!(one, '\n' | '\t'))
}
