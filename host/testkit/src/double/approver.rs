use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use llmspell_wasm::{Answer, Approver, Asking, Cost, Question};
use serde_json::{Value, json};

/// Answers questions in turn: "yes", "no", "always", "nobody", or "waits", which never comes. Keeps what it was asked.
#[derive(Clone, Default)]
pub struct Answers(Arc<Mutex<(VecDeque<String>, Vec<Value>)>>);

impl Answers {
    /// Beyond these, nobody is there.
    pub fn new(answers: &[String]) -> Answers {
        Answers(Arc::new(Mutex::new((answers.iter().cloned().collect(), Vec::new()))))
    }

    /// What it was asked.
    pub fn questions(&self) -> Vec<Value> {
        self.0.lock().unwrap().1.clone()
    }
}

impl Approver for Answers {
    fn ask<'a>(&'a self, question: &'a Question) -> Asking<'a> {
        let Question { call, names, arguments, because, digest, .. } = question;
        let cost = match question.cost {
            None => Value::Null,
            Some(Cost::Unknown) => "unknown".into(),
            Some(Cost::AtMost(cost)) => cost.to_string().into(),
        };
        let shown = json!({ "call": call, "names": names, "arguments": arguments, "because": because, "cost": cost, "digest": digest });
        let mut kept = self.0.lock().unwrap();
        kept.1.push(shown);
        let answer = kept.0.pop_front();
        Box::pin(async move {
            match answer.as_deref() {
                Some("yes") => Answer::Yes,
                Some("always") => Answer::Always,
                Some("no") => Answer::No,
                Some("waits") => {
                    tokio::time::sleep(Duration::from_secs(1 << 30)).await;
                    Answer::No
                }
                _ => Answer::Nobody,
            }
        })
    }
}
