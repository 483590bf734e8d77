//! What a run shows and records, without the keys of the providers: a spell may have been told one.

use std::io::{self, Write};
use std::sync::Arc;

use llmspell_api::Fault;
use llmspell_kernel::listener::{Level, Listener};
use llmspell_kernel::recorder::{Recorder, RunEvent};
use llmspell_kernel::{Approver, Asking, Question, Stop};
use llmspell_models::Redactor;
use serde_json::Value;

use crate::outcome::Outcome;

/// A listener that hears no key.
pub struct RedactedListener {
    listener: Box<dyn Listener>,
    redactor: Redactor,
}

impl RedactedListener {
    /// The listener itself where there is no key.
    pub fn around(listener: Box<dyn Listener>, redactor: &Redactor) -> Box<dyn Listener> {
        match redactor.is_idle() {
            true => listener,
            false => Box::new(RedactedListener { listener, redactor: redactor.clone() }),
        }
    }
}

impl Listener for RedactedListener {
    fn output(&mut self, bytes: &[u8]) -> io::Result<()> {
        match self.redactor.pass(bytes) {
            shown if shown.is_empty() => Ok(()),
            shown => self.listener.output(&shown),
        }
    }

    fn log(&mut self, level: Level, message: &str, fields: Option<&Value>) -> io::Result<()> {
        let (mut message, mut fields) = (message.to_owned(), fields.cloned());
        self.redactor.clean(&mut message);
        fields.iter_mut().for_each(|fields| self.redactor.clean_value(fields));
        self.listener.log(level, &message, fields.as_ref())
    }

    fn notice(&mut self, message: &str) -> io::Result<()> {
        let mut message = message.to_owned();
        self.redactor.clean(&mut message);
        self.listener.notice(&message)
    }
}

impl Drop for RedactedListener {
    /// Output that ended like the beginning of a key.
    fn drop(&mut self) {
        let rest = self.redactor.end();
        if !rest.is_empty() {
            let _ = self.listener.output(&rest);
        }
    }
}

/// A journal that is told no key. Lines come whole, and none ends like the beginning of a key.
pub struct RedactedJournal {
    out: Box<dyn Write + Send>,
    redactor: Redactor,
}

impl RedactedJournal {
    /// The journal itself where there is no key.
    pub fn around(out: Box<dyn Write + Send>, redactor: &Redactor) -> Box<dyn Write + Send> {
        match redactor.is_idle() {
            true => out,
            false => Box::new(RedactedJournal { out, redactor: redactor.clone() }),
        }
    }
}

impl Write for RedactedJournal {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.out.write_all(&self.redactor.pass(bytes))?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// An audit log that is told no key: what a spell asks for has the names that it gives it.
pub struct RedactedRecorder<Sink> {
    sink: Sink,
    redactor: Redactor,
}

impl<Sink: Recorder> RedactedRecorder<Sink> {
    pub fn around(sink: Sink, redactor: &Redactor) -> RedactedRecorder<Sink> {
        RedactedRecorder { sink, redactor: redactor.clone() }
    }
}

impl<Sink: Recorder> Recorder for RedactedRecorder<Sink> {
    fn keeps_calls(&self) -> bool {
        self.sink.keeps_calls()
    }

    fn record(&mut self, event: &RunEvent<'_>) -> Result<(), Stop> {
        match event {
            RunEvent::Decided { call, decision, section, names } if !self.redactor.is_idle() => {
                let mut names = names.to_vec();
                names.iter_mut().for_each(|name| self.redactor.clean(name));
                self.sink.record(&RunEvent::Decided { call, decision: *decision, section, names: &names })
            }
            RunEvent::Approval { question, decided } if !self.redactor.is_idle() => {
                let question = redacted(question, &self.redactor);
                self.sink.record(&RunEvent::Approval { question: &question, decided })
            }
            event => self.sink.record(event),
        }
    }
}

/// Somebody who is asked, and is shown no key.
pub struct RedactedApprover {
    approver: Arc<dyn Approver>,
    redactor: Redactor,
}

impl RedactedApprover {
    /// The approver itself where there is no key.
    pub fn around(approver: Arc<dyn Approver>, redactor: &Redactor) -> Arc<dyn Approver> {
        match redactor.is_idle() {
            true => approver,
            false => Arc::new(RedactedApprover { approver, redactor: redactor.clone() }),
        }
    }
}

impl Approver for RedactedApprover {
    fn ask<'a>(&'a self, question: &'a Question) -> Asking<'a> {
        let question = redacted(question, &self.redactor);
        Box::pin(async move { self.approver.ask(&question).await })
    }
}

/// The digest stays that of the call.
fn redacted(question: &Question, redactor: &Redactor) -> Question {
    let mut question = question.clone();
    question.names.iter_mut().for_each(|name| redactor.clean(name));
    redactor.clean_value(&mut question.arguments);
    question
}

/// What is told of an outcome.
pub fn redact_outcome(outcome: &mut Outcome, redactor: &Redactor) {
    outcome.result.iter_mut().for_each(|result| redactor.clean_value(result));
    outcome.error.iter_mut().for_each(|fault| redact_fault(fault, redactor));
}

fn redact_fault(fault: &mut Fault, redactor: &Redactor) {
    redactor.clean(&mut fault.message);
    fault.traceback.iter_mut().for_each(|text| redactor.clean(text));
    fault.details.iter_mut().for_each(|details| redactor.clean_value(details));
}
