//! Where a prompt's lines come from: a terminal, with editing, history and completion; or a pipe.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::io::{self, BufRead, Read};
use std::path::PathBuf;

use anyhow::{Context as _, bail};
use llmspell_script_api::{Language, Table, completions};
use rustyline::completion::{Completer, FilenameCompleter, Pair};
use rustyline::error::ReadlineError;
use rustyline::highlight::Highlighter;
use rustyline::hint::Hinter;
use rustyline::history::FileHistory;
use rustyline::validate::Validator;
use rustyline::{CompletionType, Config, Context, Editor, Helper};

use super::super::screen::{Colour, Screen};
use super::{command, history};

/// More than this is no line: bytes.
const MOST_BYTES: u64 = 16 << 20;

/// The lines.
pub enum Lines {
    Typed(Box<Typed>),
    Piped(io::StdinLock<'static>),
}

/// What a reader of lines came to.
pub enum Input {
    Line(String),
    /// By Ctrl-C; `true`: nothing was typed.
    Interrupted(bool),
    End,
}

/// Lines that are edited at a terminal.
pub struct Typed {
    editor: Editor<Names, FileHistory>,
    history: Option<PathBuf>,
    screen: Screen,
}

impl Lines {
    /// From the terminal. What is wrong with the history is told, and the lines are read without one.
    pub fn typed(language: &str, keeps_history: bool, screen: &Screen) -> anyhow::Result<Lines> {
        let config = Config::builder()
            .history_ignore_space(true)
            .completion_type(CompletionType::List)
            .max_history_size(10_000)?
            .build();
        let mut editor = Editor::with_config(config)?;
        editor.set_helper(Some(Names::of(language)?));
        let mut history = None;
        if keeps_history {
            let loaded = history::place(language).and_then(|place| {
                if place.exists() {
                    editor.load_history(&place)?;
                }
                Ok(place)
            });
            match loaded {
                Ok(place) => history = Some(place),
                Err(error) => screen.remark("note:", Colour::Cyan, &format!("no history is kept: {error:#}")),
            }
        }
        Ok(Lines::Typed(Box::new(Typed { editor, history, screen: screen.clone() })))
    }

    /// From standard input, as it comes.
    pub fn piped() -> Lines {
        Lines::Piped(io::stdin().lock())
    }

    pub fn is_typed(&self) -> bool {
        matches!(self, Lines::Typed(_))
    }

    /// The next line.
    pub fn next(&mut self, prompt: &str) -> anyhow::Result<Input> {
        match self {
            Lines::Typed(typed) => typed.next(prompt),
            Lines::Piped(input) => piped(input),
        }
    }

    /// Keeps a whole text in the history, and its names for completion.
    pub fn keep(&mut self, text: &str) {
        let Lines::Typed(typed) = self else { return };
        if let Some(names) = typed.editor.helper_mut() {
            names.learn(text);
        }
        let kept = typed.editor.add_history_entry(text);
        let Some(place) = typed.history.as_ref().filter(|_| matches!(kept, Ok(true))) else { return };
        if let Err(error) = typed.editor.append_history(place) {
            typed.screen.remark("note:", Colour::Cyan, &format!("the history can't be kept any more: {error}"));
            typed.history = None;
        }
    }
}

impl Typed {
    fn next(&mut self, prompt: &str) -> anyhow::Result<Input> {
        match self.editor.readline(prompt) {
            Ok(line) => Ok(Input::Line(line)),
            Err(ReadlineError::Interrupted) => {
                Ok(Input::Interrupted(self.editor.helper().is_none_or(|names| names.is_empty.get())))
            }
            Err(ReadlineError::Eof) => Ok(Input::End),
            Err(error) => bail!("the terminal can't be read: {error}"),
        }
    }
}

fn piped(input: &mut io::StdinLock<'static>) -> anyhow::Result<Input> {
    let mut line = String::new();
    let read = input.take(MOST_BYTES + 1).read_line(&mut line).context("standard input")?;
    if line.len() as u64 > MOST_BYTES {
        bail!("standard input: a line has more than {} MiB, the most allowed", MOST_BYTES >> 20);
    }
    Ok(if read == 0 { Input::End } else { Input::Line(line.trim_end_matches(['\n', '\r']).to_owned()) })
}

/// What a word can be completed to.
struct Names {
    table: Table,
    /// `None`: only its own guest knows the language.
    language: Option<Language>,
    /// Those of lines that were typed.
    seen: BTreeSet<String>,
    files: FilenameCompleter,
    is_empty: Cell<bool>,
}

/// So many names of lines are completed.
const MOST_NAMES: usize = 10_000;

impl Names {
    fn of(language: &str) -> anyhow::Result<Names> {
        let language = [Language::Lua, Language::JavaScript].into_iter().find(|one| one.word() == language);
        let files = FilenameCompleter::new();
        Ok(Names { table: Table::load()?, language, seen: BTreeSet::new(), files, is_empty: Cell::new(true) })
    }

    fn learn(&mut self, text: &str) {
        let words = text.split(|sign: char| !sign.is_alphanumeric() && !matches!(sign, '_' | '$'));
        let names = words.filter(|word| word.len() > 1 && !word.starts_with(|sign: char| sign.is_numeric()));
        for name in names {
            if self.seen.len() < MOST_NAMES {
                self.seen.insert(name.to_owned());
            }
        }
    }
}

impl Completer for Names {
    type Candidate = Pair;

    fn complete(&self, line: &str, position: usize, context: &Context<'_>) -> rustyline::Result<(usize, Vec<Pair>)> {
        let before = line.get(..position).unwrap_or(line);
        if command::takes_file(before) {
            return self.files.complete(line, position, context);
        }
        if let Some(commands) = command::completions(before) {
            return Ok((0, commands.into_iter().map(pair).collect()));
        }
        let Some(language) = self.language else { return Ok((position, Vec::new())) };
        let (start, found) = completions(&self.table, language, before, &self.seen);
        Ok((start, found.into_iter().map(pair).collect()))
    }
}

fn pair(name: String) -> Pair {
    Pair { display: name.clone(), replacement: name }
}

impl Hinter for Names {
    type Hint = String;

    /// No hint: it is told of each change of the line.
    fn hint(&self, line: &str, _: usize, _: &Context<'_>) -> Option<String> {
        self.is_empty.set(line.is_empty());
        None
    }
}

impl Highlighter for Names {}
impl Validator for Names {}
impl Helper for Names {}
