//! The operator's script for the scripted double: one turn of the model a line, as `turn.rs` describes it.

use std::sync::{Arc, Mutex, PoisonError};

use super::turn::Turn;

/// Turns, each taken once. Clones share them, and runs may take them at the same time.
#[derive(Clone, Debug)]
pub struct Script {
    turns: Arc<Mutex<Vec<Option<Turn>>>>,
}

#[derive(Debug, thiserror::Error)]
#[error("model script, line {line}: {what}")]
pub struct ScriptError {
    pub line: usize,
    pub what: String,
}

impl Script {
    pub fn parse(text: &str) -> Result<Script, ScriptError> {
        let mut turns = Vec::new();
        for (index, line) in text.lines().enumerate() {
            if line.trim().is_empty() {
                continue;
            }
            let turn = Turn::parse(line).map_err(|what| ScriptError { line: index + 1, what })?;
            turns.push(Some(turn));
        }
        if turns.is_empty() {
            return Err(ScriptError { line: 1, what: "there is no turn in it".to_owned() });
        }
        Ok(Script { turns: Arc::new(Mutex::new(turns)) })
    }

    /// The first unused turn that has no `match` or whose `match` is part of `message`.
    pub(super) fn take(&self, message: &str) -> Result<Turn, String> {
        // A turn is taken whole or not at all, so a panic elsewhere leaves nothing half done.
        let mut turns = self.turns.lock().unwrap_or_else(PoisonError::into_inner);
        let found = turns.iter_mut().find(|turn| turn.as_ref().is_some_and(|turn| turn.fits(message)));
        if let Some(turn) = found.and_then(Option::take) {
            return Ok(turn);
        }
        let all = turns.len();
        Err(match turns.iter().flatten().count() {
            0 => format!("model script: all {all} lines are used; the request was: {message}"),
            unused => format!("model script: none of the {unused} unused lines matches; the request was: {message}"),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::turn::Answer;
    use super::*;

    fn texts(script: &Script, messages: &[&str]) -> Vec<String> {
        let taken = messages.iter().map(|message| match script.take(message) {
            Ok(Turn { answer: Answer::Text(text), .. }) => text,
            Ok(other) => format!("{other:?}"),
            Err(error) => error,
        });
        taken.collect()
    }

    #[test]
    fn turns_are_taken_in_order_and_once() {
        let script = Script::parse("{\"text\": \"a\"}\n\n{\"text\": \"b\"}\n").unwrap();
        assert_eq!(
            texts(&script, &["x", "y", "z"]),
            ["a", "b", "model script: all 2 lines are used; the request was: z"]
        );
    }

    #[test]
    fn a_match_waits_for_its_message() {
        let text = r#"{"match": "tea", "text": "tea"}
            {"match": "", "text": "any"}
            {"match": "milk", "text": "milk"}"#;
        let script = Script::parse(text).unwrap();
        assert_eq!(
            texts(&script, &["milk", "tea?", "tea"]),
            ["any", "tea", "model script: none of the 1 unused lines matches; the request was: tea"]
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
