//! The operator's script for the scripted double: one turn of the model a line, each taken once, in order.
//!
//! ```json
//! {"text": "Hello.", "usage": {"input_tokens": 3, "output_tokens": 1}, "delay_ms": 20}
//! {"chunks": ["Hel", "lo."], "reasoning": "A greeting.", "finish_reason": "length", "pause_ms": 5}
//! {"tool_calls": [{"name": "add", "arguments": {"a": 1, "b": 2}}], "text": "I add."}
//! {"tool_calls": [{"id": "c1", "name": "add", "arguments": "{broken"}]}
//! {"error": {"status": 429, "message": "slow down", "retry_after": 7}}
//! {"chunks": ["Hel"], "error": {"status": 500, "message": "lost"}}
//! {"match": "greet", "text": "Hello."}
//! {"match": {"system": "pirate", "last": "greet", "model": "gpt"}, "text": "Ahoy."}
//! {"expect": {"last": "3", "tools": ["add"], "messages": 3}, "text": "It is 3."}
//! {"text": "again", "repeat": 100}
//! ```
//!
//! - `text` in one piece, or `chunks`: the pieces that a streamed run hears. A run that is not streamed gets them as one.
//! - `tool_calls`: `arguments` is an object, or the text that a careless model wrote. Without an `id` the double gives
//!   none, as some providers don't.
//! - `error`: what an HTTP status would say, instead of an answer or after some chunks of one.
//! - `match`: the turn is for requests only that hold this text in the last message, or all of `last`, `system`,
//!   `model`, `tools` (names that are offered) and `messages` (how many there are). What tools answered is a message.
//! - `expect`: the same, but a request that is otherwise fails, and says what it lacks.
//! - `delay_ms` before the answer, `pause_ms` before each further chunk; `repeat`: for so many requests.

use std::sync::{Arc, Mutex, PoisonError};

use crate::turn::{RequestSummary, ScriptedTurn};

/// Clones share the turns, and runs may take them at the same time.
#[derive(Clone, Debug)]
pub struct Script {
    turns: Arc<Mutex<Vec<(usize, ScriptedTurn)>>>,
}

/// A mistake in a model script. Displayed as one line.
#[derive(Debug, thiserror::Error)]
#[error("model script, line {line}: {what}")]
pub struct ScriptError {
    /// From 1.
    pub line: usize,
    /// What is wrong, without the place.
    pub what: String,
}

impl Script {
    /// Parses a script in the form that the module describes. Empty lines are skipped; a script without a turn is an
    /// error.
    pub fn parse(text: &str) -> Result<Script, ScriptError> {
        let mut turns = Vec::new();
        // A byte order mark, as some editors write it.
        for (index, line) in text.trim_start_matches('\u{feff}').lines().enumerate() {
            if line.trim().is_empty() {
                continue;
            }
            let turn = ScriptedTurn::parse(line).map_err(|what| ScriptError { line: index + 1, what })?;
            turns.push((index + 1, turn));
        }
        if turns.is_empty() {
            return Err(ScriptError { line: 1, what: "there is no turn in it".to_owned() });
        }
        Ok(Script { turns: Arc::new(Mutex::new(turns)) })
    }

    /// The first turn that is left and that the request fits.
    pub(crate) fn take(&self, asked: &RequestSummary) -> Result<ScriptedTurn, String> {
        // A turn is taken whole or not at all, so a panic elsewhere leaves nothing half done.
        let mut turns = self.turns.lock().unwrap_or_else(PoisonError::into_inner);
        let found = turns.iter_mut().find(|(_, turn)| turn.repeat > 0 && turn.fits(asked));
        if let Some((line, turn)) = found {
            turn.repeat -= 1;
            return match turn.disappointed(asked) {
                None => Ok(turn.clone()),
                Some(what) => Err(format!("model script, line {line}: {what}; the request was: {}", asked.last)),
            };
        }
        let all = turns.len();
        Err(match turns.iter().filter(|(_, turn)| turn.repeat > 0).count() {
            0 => format!("model script: all {all} lines are used; the request was: {}", asked.last),
            unused => {
                format!("model script: none of the {unused} unused lines matches; the request was: {}", asked.last)
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(script: &Script, messages: &[&str]) -> Vec<String> {
        let taken = messages.iter().map(|message| {
            let asked =
                RequestSummary { last: (*message).to_owned(), system: "Be kind.".into(), ..RequestSummary::default() };
            script.take(&asked).map_or_else(|error| error, |turn| turn.answer.chunks.concat())
        });
        taken.collect()
    }

    #[test]
    fn turns_are_taken_in_order_and_once() {
        let script = Script::parse("{\"text\": \"a\"}\n\n{\"text\": \"b\", \"repeat\": 2}\n").unwrap();
        assert!(Script::parse("\u{feff}{\"text\": \"a\"}").is_ok());
        assert_eq!(
            texts(&script, &["x", "y", "y", "z"]),
            ["a", "b", "b", "model script: all 2 lines are used; the request was: z"]
        );
    }

    #[test]
    fn a_match_waits_for_its_message() {
        let text = r#"{"match": "tea", "text": "tea"}
            {"match": "", "text": "any"}
            {"match": {"last": "milk", "system": "kind"}, "text": "milk"}"#;
        let script = Script::parse(text).unwrap();
        assert_eq!(
            texts(&script, &["milk", "tea?", "tea"]),
            ["any", "tea", "model script: none of the 1 unused lines matches; the request was: tea"]
        );
    }

    #[test]
    fn what_is_expected_and_missing_is_said() {
        let script =
            Script::parse(r#"{"expect": {"last": "tea", "tools": ["pour"]}, "text": "tea", "repeat": 2}"#).unwrap();
        assert_eq!(
            texts(&script, &["milk", "tea"]),
            [
                "model script, line 1: \"tea\" is not in the last message; the request was: milk",
                "model script, line 1: no tool 'pour' is offered; the request was: tea"
            ]
        );
    }

    #[test]
    fn two_at_once_never_take_the_same_turn() {
        let lines: String = (0..64).map(|n| format!("{{\"text\": \"{n}\"}}\n")).collect();
        let script = Script::parse(&lines).unwrap();
        let threads: Vec<_> = (0..8)
            .map(|_| {
                let script = script.clone();
                std::thread::spawn(move || texts(&script, &["m"; 8]))
            })
            .collect();
        let taken: std::collections::HashSet<String> =
            threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect();
        assert_eq!(taken.len(), 64);
    }
}
