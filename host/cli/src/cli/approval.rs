//! Asks the person at the terminal whether a call may be made.

use std::io::{self, BufRead, IsTerminal};
use std::time::Duration;

use llmspell_wasm::{Answer, Approver, Asking, Cost, Question};
use serde_json::Value;
use tokio::sync::{Mutex, mpsc};
use tokio::time::Instant;

use super::screen::{Colour, Screen, Stream};
use super::terminal::{one_line, pretty};

/// The person who sees standard error and types on standard input.
pub struct AtTerminal {
    screen: Screen,
    /// What is typed, line by line; taken by one question at a time.
    lines: Mutex<Option<mpsc::UnboundedReceiver<String>>>,
}

/// Nobody has read a question so soon: what comes before is meant for another one.
const READING: Duration = Duration::from_millis(500);

impl AtTerminal {
    /// `None` where nobody would see a question, or could answer it.
    pub fn new(screen: Screen) -> Option<AtTerminal> {
        let there = io::stdin().is_terminal() && io::stderr().is_terminal();
        there.then(|| AtTerminal { screen, lines: Mutex::new(None) })
    }

    async fn answer(&self, question: &Question) -> Answer {
        let mut lines = self.lines.lock().await;
        let lines = lines.get_or_insert_with(read_lines);
        self.screen.remark("approve?", Colour::Yellow, &what(question));
        self.screen.show(Stream::Error, details(question));
        // What was typed before the question was there is no answer to it.
        #[cfg(unix)]
        let _ = rustix::termios::tcflush(io::stdin(), rustix::termios::QueueSelector::IFlush);
        while lines.try_recv().is_ok() {}
        let shown = Instant::now();
        while let Some(line) = lines.recv().await {
            let word = line.trim().to_lowercase();
            let answer = match word.as_str() {
                _ if shown.elapsed() < READING => None,
                "yes" => Some(Answer::Yes),
                "no" => Some(Answer::No),
                "always" => Some(Answer::Always),
                _ => None,
            };
            match answer {
                Some(answer) => return answer,
                None => self.screen.show(Stream::Error, "  write yes, no or always\n".into()),
            }
        }
        Answer::Nobody
    }
}

impl Approver for AtTerminal {
    fn ask<'a>(&'a self, question: &'a Question) -> Asking<'a> {
        Box::pin(self.answer(question))
    }
}

/// Reads in a thread of its own, which nothing waits for: a read can't be given up.
fn read_lines() -> mpsc::UnboundedReceiver<String> {
    let (sender, lines) = mpsc::unbounded_channel();
    std::thread::spawn(move || {
        for line in io::stdin().lock().lines().map_while(Result::ok) {
            if sender.send(line).is_err() {
                break;
            }
        }
    });
    lines
}

pub fn what(question: &Question) -> String {
    let act = match question.call {
        "tool.call" => "call the tool",
        "model.call" => "ask the model",
        "agent.embed" => "have texts embedded by the model",
        "agent.rerank" => "have texts ranked by the model",
        "file.read" | "file.search" => "read",
        "file.write" => "write the file",
        "file.append" => "add to the file",
        "file.remove" => "remove",
        "file.rename" => "move",
        "file.copy" => "copy to",
        "file.extract" => "unpack to",
        "file.make-folder" => "make the folder",
        other => other,
    };
    format!("{act} {}", names(question))
}

fn names(question: &Question) -> String {
    let shown = question.names.iter().map(|name| format!("'{}'", cut(name, NAME_CHARS))).collect::<Vec<_>>();
    shown.join(", ")
}

/// What is asked about, cleaned of all that moves a cursor, hides text or turns it around.
pub fn details(question: &Question) -> String {
    let mut text = String::new();
    for line in cut(&arguments(&question.arguments), ARGUMENT_CHARS).lines() {
        text += &format!("  {}\n", one_line(line));
    }
    match question.cost {
        None => {}
        Some(Cost::AtMost(cost)) => text += &format!("  cost     at most ${cost}\n"),
        Some(Cost::Unknown) => text += "  cost     unknown: the model has no price in the configuration\n",
    }
    text += &format!("  because  of {}\n  digest   {}\n", one_line(&question.because), question.digest);
    let at_most = if question.cost.is_some() { ", at no higher cost" } else { "" };
    let always = format!("{} of {}, whatever the arguments{at_most}", question.call, names(question));
    text + &format!("  answer   yes (this once), no, or always (for this run: {})\n", one_line(&always))
}

/// How much is shown of a name, a text and all arguments.
const NAME_CHARS: usize = 200;
const ARGUMENT_CHARS: usize = 6_000;

/// How much of each text, and of each list and object: the first that make it fit.
const SIZES: [(usize, usize); 4] = [(600, 40), (200, 20), (80, 8), (30, 4)];

/// Each part is cut by itself: or one of them would push the others out of sight.
fn arguments(value: &Value) -> String {
    let mut all = SIZES.iter().map(|(chars, parts)| pretty(&shortened(value, *chars, *parts)));
    let last = all.by_ref().take(SIZES.len() - 1).find(|text| text.chars().count() <= ARGUMENT_CHARS);
    last.or_else(|| all.next()).unwrap_or_default()
}

fn shortened(value: &Value, chars: usize, parts: usize) -> Value {
    let more = |count: usize| format!("{} more are not shown; the digest covers them", count - parts);
    match value {
        Value::String(text) => cut(text, chars).into(),
        Value::Array(items) => {
            let shown = items.iter().take(parts).map(|item| shortened(item, chars, parts));
            shown.chain((items.len() > parts).then(|| more(items.len()).into())).collect()
        }
        Value::Object(map) => {
            let shown =
                map.iter().take(parts).map(|(key, value)| (cut(key, NAME_CHARS), shortened(value, chars, parts)));
            shown.chain((map.len() > parts).then(|| ("…".to_owned(), more(map.len()).into()))).collect()
        }
        plain => plain.clone(),
    }
}

/// The beginning and the end of a long text, and how much is left out.
fn cut(text: &str, most: usize) -> String {
    let count = text.chars().count();
    if count <= most {
        return text.into();
    }
    let (head, tail) = (most * 2 / 3, most / 3);
    let head: String = text.chars().take(head).collect();
    let left_out = count - head.chars().count() - tail;
    let tail: String = text.chars().skip(count - tail).collect();
    format!("{head} [… {left_out} characters are not shown; the digest covers them …] {tail}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_question_moves_a_cursor_or_is_hidden() {
        let hostile = "\u{1b}[2J\u{202e}\r\nanswer yes\u{9b}\u{e0041}\u{200b}";
        let shown = arguments(&serde_json::json!({ "text": hostile, hostile: [hostile] }));
        let lines: String = shown.lines().map(one_line).collect();
        assert!(!lines.chars().any(llmspell_wasm::invisible), "{lines}");
        // A line break in an argument begins no line of its own.
        assert!(!shown.lines().any(|line| line.trim_start().starts_with("answer")), "{shown}");
    }

    #[test]
    fn a_long_text_is_cut_where_it_is_and_pushes_nothing_out_of_sight() {
        let value = serde_json::json!({ "a": "x".repeat(100_000) + "end", "path": "/etc/passwd" });
        let shown = arguments(&value);
        assert!(shown.contains("99403 characters are not shown") && shown.contains("xend"), "{shown}");
        assert!(shown.len() < 1_000 && shown.contains("/etc/passwd"), "{shown}");
        // Many short ones push nothing out of sight either.
        let many: Vec<u32> = (0..100_000).collect();
        let shown =
            arguments(&serde_json::json!({ "before": many, "to": "eve@example.org", "after": { "deep": many } }));
        assert!(shown.contains("eve@example.org") && shown.contains("99960 more are not shown"), "{shown}");
        assert!(shown.chars().count() <= ARGUMENT_CHARS, "{shown}");
    }
}
