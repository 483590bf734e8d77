//! Questions whether a call may be made, on their way to who types the lines.

use std::sync::Arc;

use llmspell_wasm::{Answer, Approver, Asking, Question};
use tokio::sync::{Mutex, mpsc, oneshot};

use super::super::approval;

/// A question, as it is shown, and where its answer goes.
pub struct Asked {
    pub what: String,
    pub details: String,
    pub answer: oneshot::Sender<Answer>,
}

/// The questions that wait.
pub struct Questions {
    sender: mpsc::Sender<Asked>,
    waiting: Mutex<mpsc::Receiver<Asked>>,
}

impl Default for Questions {
    fn default() -> Questions {
        let (sender, waiting) = mpsc::channel(1);
        Questions { sender, waiting: Mutex::new(waiting) }
    }
}

impl Questions {
    pub fn approver(&self) -> Arc<dyn Approver> {
        Arc::new(ByLine(self.sender.clone()))
    }

    /// The next one.
    pub async fn next(&self) -> Option<Asked> {
        self.waiting.lock().await.recv().await
    }
}

struct ByLine(mpsc::Sender<Asked>);

impl Approver for ByLine {
    fn ask<'a>(&'a self, question: &'a Question) -> Asking<'a> {
        Box::pin(async move {
            let (answer, answered) = oneshot::channel();
            let asked = Asked { what: approval::what(question), details: approval::details(question), answer };
            match self.0.send(asked).await {
                Ok(()) => answered.await.unwrap_or(Answer::Nobody),
                Err(_) => Answer::Nobody,
            }
        })
    }
}

/// The answer that a word is.
pub fn answer(word: &str) -> Option<Answer> {
    match word.trim().to_lowercase().as_str() {
        "yes" => Some(Answer::Yes),
        "no" => Some(Answer::No),
        "always" => Some(Answer::Always),
        _ => None,
    }
}
