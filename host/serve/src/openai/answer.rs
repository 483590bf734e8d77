//! The answer of a spell, piece by piece, from the events of its run.

use std::sync::Arc;

use futures::{Stream, StreamExt};
use serde_json::Value;

use super::failure::Failed;
use crate::events::{Event, EventLog, kind};
use crate::run::{Run, Status};

/// A part of an answer.
#[derive(Debug)]
pub enum Piece {
    Text(String),
    /// The answer is whole.
    Done(Usage),
    /// There is no answer, or no more of it.
    Failed(Failed),
}

/// Tokens of all models that the run asked.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Usage {
    pub input: u64,
    pub output: u64,
}

/// Puts an answer together.
#[derive(Default)]
struct Answer {
    has_text: bool,
    /// A newline at the end is the spell's `print`, and no part of the answer: kept back until more follows.
    newline: bool,
    is_over: bool,
}

impl Answer {
    fn hear(&mut self, event: &Event) -> Option<Vec<Piece>> {
        match event.kind.as_str() {
            _ if self.is_over => None,
            kind::OUTPUT => Some(
                self.written(event.data.get("text").and_then(Value::as_str).unwrap_or_default()).into_iter().collect(),
            ),
            kind::LOST => {
                self.is_over = true;
                Some(vec![Piece::Failed(Failed::lost())])
            }
            kind::ENDED => {
                self.is_over = true;
                Some(self.ended(&event.data))
            }
            _ => Some(Vec::new()),
        }
    }

    fn written(&mut self, text: &str) -> Option<Piece> {
        let mut whole = if self.newline { "\n".to_owned() } else { String::new() };
        whole.push_str(text);
        self.newline = whole.ends_with('\n');
        if self.newline {
            whole.pop();
        }
        self.has_text |= !whole.is_empty() || self.newline;
        (!whole.is_empty()).then_some(Piece::Text(whole))
    }

    fn ended(&self, data: &Value) -> Vec<Piece> {
        let Ok(run) = serde_json::from_value::<Run>(data.clone()) else {
            return vec![Piece::Failed(Failed::unreadable())];
        };
        let usage =
            run.usage.as_ref().map(|used| Usage { input: used.models.input_tokens, output: used.models.output_tokens });
        if run.status != Status::Ended || run.outcome.as_deref() != Some("completed") {
            return vec![Piece::Failed(Failed::of(&run))];
        }
        if run.shortened {
            return vec![Piece::Failed(Failed::not_kept())];
        }
        let result = run.result.filter(|_| !self.has_text).map(text_of).filter(|text| !text.is_empty());
        result.map(Piece::Text).into_iter().chain([Piece::Done(usage.unwrap_or_default())]).collect()
    }
}

/// What a spell returned, as a text.
fn text_of(result: Value) -> String {
    match result {
        Value::String(text) => text,
        // What an agent's reply is.
        Value::Object(map) if map.get("text").is_some_and(Value::is_string) => {
            map.get("text").and_then(Value::as_str).unwrap_or_default().to_owned()
        }
        other => other.to_string(),
    }
}

/// The pieces as they come; `Done` or `Failed` is the last.
pub fn pieces(events: Arc<EventLog>) -> impl Stream<Item = Piece> + Send + 'static {
    let heard = events.follow(0).scan(Answer::default(), |answer, event| std::future::ready(answer.hear(&event)));
    heard.flat_map(futures::stream::iter)
}

/// The whole answer.
pub async fn whole(events: Arc<EventLog>) -> Result<(String, Usage), Failed> {
    let mut pieces = std::pin::pin!(pieces(events));
    let mut answer = String::new();
    while let Some(piece) = pieces.next().await {
        match piece {
            Piece::Text(text) => answer.push_str(&text),
            Piece::Done(usage) => return Ok((answer, usage)),
            Piece::Failed(failed) => return Err(failed),
        }
    }
    Err(Failed::unreadable())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn run(outcome: &str, result: Value) -> Value {
        json!({ "id": "1", "status": "ended", "spell": null, "version": null, "language": "lua", "hash": "", "key": "",
            "created_at": "", "started_at": null, "ended_at": null, "outcome": outcome, "result": result, "error": null,
            "usage": null, "recorded": false, "shortened": false })
    }

    async fn answer(written: &[&str], ended: Value) -> Result<String, u16> {
        let events = Arc::new(EventLog::new(1 << 20));
        written.iter().for_each(|text| events.push(kind::OUTPUT, json!({ "text": text })));
        events.end(ended);
        whole(events).await.map(|(text, _)| text).map_err(|failed| failed.status.as_u16())
    }

    #[tokio::test]
    async fn what_is_written_is_the_answer_and_else_what_is_returned() {
        let returned = |result| run("completed", result);
        assert_eq!(answer(&["Hel", "lo\n", "you\n"], returned(json!("no"))).await.unwrap(), "Hello\nyou");
        assert_eq!(answer(&[], returned(json!("Hello"))).await.unwrap(), "Hello");
        assert_eq!(answer(&[], returned(json!({ "text": "Hello", "n": 1 }))).await.unwrap(), "Hello");
        assert_eq!(answer(&[], returned(json!({ "n": 1 }))).await.unwrap(), "{\"n\":1}");
        assert_eq!(answer(&["\n"], returned(json!("no"))).await.unwrap(), "");
        assert_eq!(answer(&[], returned(Value::Null)).await.unwrap(), "");
    }

    #[tokio::test]
    async fn a_run_that_does_not_complete_gives_no_answer() {
        for (outcome, status) in
            [("script-error", 422), ("cost-budget", 402), ("denied", 403), ("host-fault", 500), ("cancelled", 422)]
        {
            assert_eq!(answer(&["half"], run(outcome, Value::Null)).await, Err(status), "{outcome}");
        }
    }

    #[tokio::test]
    async fn a_gap_is_no_answer() {
        let events = Arc::new(EventLog::new(200));
        (0..10).for_each(|_| events.push(kind::OUTPUT, json!({ "text": "x".repeat(90) })));
        events.end(run("completed", Value::Null));
        assert_eq!(whole(events).await.unwrap_err().status.as_u16(), 500);
    }
}
