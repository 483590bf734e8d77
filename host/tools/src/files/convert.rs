//! `file-converter`: encodings, line endings and indentation of texts.

use encoding_rs::{Encoding, UTF_8};
use llmspell_base::{Code, Failure};
use llmspell_policy::Right;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::tool::{FileTool, RunFiles};
use crate::answer::Found;
use crate::standard::{long_call, word};

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FileConverter {
    operation: Operation,
    /// The file.
    path: String,
    /// Where the result goes; the file itself if it is not given.
    #[serde(default)]
    target_path: Option<String>,
    /// encoding: that of the file, such as "windows-1252"; found out by its first bytes, or utf-8, if it is not given.
    #[serde(default)]
    from_encoding: Option<String>,
    /// encoding: that of the result.
    #[serde(default)]
    to_encoding: Option<String>,
    /// line_endings: those of the result.
    #[serde(default)]
    line_ending: Option<Ending>,
    /// indentation: what the result has.
    #[serde(default)]
    indentation: Option<Indentation>,
    /// indentation: columns of a tab.
    #[serde(default = "usual_width")]
    #[schemars(range(min = 1, max = 16))]
    tab_size: usize,
}

fn usual_width() -> usize {
    4
}

/// encoding: of the characters. line_endings: of the lines. indentation: tabs or spaces at their beginning.
#[derive(Deserialize, Serialize, JsonSchema, Clone, Copy)]
#[serde(rename_all = "snake_case")]
enum Operation {
    Encoding,
    LineEndings,
    Indentation,
}

/// lf as on Unix, crlf as on Windows, cr as long ago.
#[derive(Deserialize, Serialize, JsonSchema, Clone, Copy)]
#[serde(rename_all = "lowercase")]
enum Ending {
    Lf,
    Crlf,
    Cr,
}

#[derive(Deserialize, Serialize, JsonSchema, Clone, Copy)]
#[serde(rename_all = "lowercase")]
enum Indentation {
    Tabs,
    Spaces,
}

impl FileTool for FileConverter {
    const NAME: &'static str = "file-converter";
    const DESCRIPTION: &'static str = "Converts the encoding, the line endings or the indentation of a text file.";
    const PARAMETER_ALIASES: &'static [(&'static str, &'static str)] = &[
        ("op", "operation"),
        ("action", "operation"),
        ("input", "path"),
        ("file_path", "path"),
        ("source_path", "path"),
        ("input_path", "path"),
        ("output_path", "target_path"),
        ("output", "target_path"),
        ("to", "target_path"),
        ("source_encoding", "from_encoding"),
        ("target_encoding", "to_encoding"),
        ("target_line_ending", "line_ending"),
        ("target_indent", "indentation"),
        ("indent_type", "indentation"),
    ];
    const RIGHTS: &'static [Right] = &[Right::WRITE];

    fn operation(&self) -> String {
        word(self.operation)
    }

    async fn run(self, files: &RunFiles) -> Result<Found, Failure> {
        let bytes = match self.operation {
            Operation::Encoding => files.read(&self.path).await?.bytes,
            Operation::LineEndings | Operation::Indentation => files.read_text(&self.path).await?.into_bytes(),
        };
        let most = files.cx.limits().reply_bytes;
        let held = files.cx.memory().take(COPIES * bytes.len() + most.min(WIDEST * bytes.len()))?;
        let place = long_call().await;
        let work = tokio::task::spawn_blocking(move || {
            let (_place, _held) = (place, held);
            self.convert(bytes, most).map(|(bytes, more)| (self, bytes, more))
        });
        let (this, bytes, more) = work.await.map_err(|_| Failure::new(Code::Internal, "the conversion broke"))??;
        let target = this.target_path.as_deref().unwrap_or(&this.path);
        let size = files.write(target, bytes).await?;
        let mut result = json!({ "path": this.path, "target_path": target, "size": size });
        if let (Some(map), Value::Object(more)) = (result.as_object_mut(), more) {
            map.extend(more);
        }
        Ok(result.into())
    }
}

/// How often a text is there while it is converted, and how many bytes one of it can become.
const COPIES: usize = 3;
const WIDEST: usize = 16;

impl FileConverter {
    fn convert(&self, bytes: Vec<u8>, most: usize) -> Result<(Vec<u8>, Value), Failure> {
        let text = |bytes| String::from_utf8(bytes).map_err(|error| Failure::invalid(error.to_string()));
        Ok(match self.operation {
            Operation::Encoding => {
                let (bytes, from, to) = self.encode(&bytes)?;
                (bytes, json!({ "from_encoding": from.name(), "to_encoding": to.name() }))
            }
            Operation::LineEndings => {
                let ending = self.line_ending.ok_or_else(|| missing("line_ending", "lf, crlf or cr"))?;
                (end_lines(&text(bytes)?, ending).into_bytes(), json!({ "line_ending": ending }))
            }
            Operation::Indentation => {
                let kind = self.indentation.ok_or_else(|| missing("indentation", "tabs or spaces"))?;
                let indented = indent(&text(bytes)?, kind, self.tab_size, most)?;
                (indented.into_bytes(), json!({ "indentation": kind }))
            }
        })
    }

    fn encode(&self, bytes: &[u8]) -> Result<(Vec<u8>, &'static Encoding, &'static Encoding), Failure> {
        let to = named(self.to_encoding.as_deref().ok_or_else(|| missing("to_encoding", "such as utf-8"))?)?;
        let marked = Encoding::for_bom(bytes).map(|(encoding, _)| encoding);
        let from = match &self.from_encoding {
            Some(name) => named(name)?,
            None => marked.unwrap_or(UTF_8),
        };
        let refuse = |what: String| Failure::invalid(format!("'{}' {what}", self.path.escape_debug()));
        // Nothing is replaced silently.
        let (text, _, is_wrong) = from.decode(bytes);
        if is_wrong {
            return Err(refuse(format!("is not {}", from.name())));
        }
        if to.output_encoding() != to {
            return Err(Failure::invalid(format!("{} is read and not written: use utf-8", to.name())));
        }
        let (encoded, _, is_lost) = to.encode(&text);
        if is_lost {
            return Err(refuse(format!("has characters that {} does not have", to.name())));
        }
        Ok((encoded.into_owned(), from, to))
    }
}

fn named(name: &str) -> Result<&'static Encoding, Failure> {
    let problem = || {
        Failure::invalid(format!(
            "there is no encoding '{}': known are those of the web, such as utf-8, utf-16le, windows-1252, shift_jis",
            name.escape_debug()
        ))
    };
    Encoding::for_label(name.as_bytes()).ok_or_else(problem)
}

fn missing(name: &str, what: &str) -> Failure {
    Failure::invalid(format!("'{name}' is required: {what}"))
}

fn end_lines(text: &str, ending: Ending) -> String {
    let plain = text.replace("\r\n", "\n").replace('\r', "\n");
    match ending {
        Ending::Lf => plain,
        Ending::Crlf => plain.replace('\n', "\r\n"),
        Ending::Cr => plain.replace('\n', "\r"),
    }
}

/// Only what stands before the first other character of a line.
fn indent(text: &str, kind: Indentation, width: usize, most: usize) -> Result<String, Failure> {
    let line = |line: &str| {
        let rest = line.trim_start_matches([' ', '\t']);
        let before = line.get(..line.len() - rest.len()).unwrap_or_default();
        let columns = before.chars().fold(0, |at, sign| if sign == '\t' { (at / width + 1) * width } else { at + 1 });
        match kind {
            Indentation::Spaces => " ".repeat(columns) + rest,
            Indentation::Tabs => "\t".repeat(columns / width) + &" ".repeat(columns % width) + rest,
        }
    };
    let mut indented = String::new();
    for one in text.split_inclusive('\n') {
        indented += &line(one);
        if indented.len() > most {
            return Err(Failure::new(Code::TooLarge, format!("the file would have more than {most} bytes")));
        }
    }
    Ok(indented)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_and_begin_as_asked() {
        assert_eq!(end_lines("a\r\nb\rc\n", Ending::Lf), "a\nb\nc\n");
        assert_eq!(end_lines("a\nb\r\n", Ending::Crlf), "a\r\nb\r\n");
        assert_eq!(indent("\ta\n  \tb\tc\n     d", Indentation::Spaces, 4, 99).unwrap(), "    a\n    b\tc\n     d");
        assert_eq!(indent("    a\n      b", Indentation::Tabs, 4, 99).unwrap(), "\ta\n\t  b");
    }
}
