//! What a run has taken in, and where nothing may go any more for it. Coarse: a mark is for the whole run, and stays.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};

use llmspell_api::approval::Barred;
use llmspell_base::Failure;
use llmspell_policy::{Grants, Permission, SOURCES};
use serde_json::json;

use crate::approval::cut;

/// The marks of one run, and who raised them.
#[derive(Debug, Default)]
pub(crate) struct Taint {
    raised: BTreeMap<&'static str, Raised>,
    marks: Marks,
}

/// Which marks are raised, for those who can't ask the gate: a bit for each of [`SOURCES`].
#[derive(Debug, Default, Clone)]
pub(crate) struct Marks(Arc<AtomicU32>);

impl Marks {
    /// Whether something may go there yet.
    pub fn allow(&self, grants: &Grants, sink: &str) -> bool {
        !grants.watches_taint() || grants.barred(sink, |source| self.0.load(SeqCst) & bit(source) != 0).is_none()
    }
}

fn bit(source: &str) -> u32 {
    SOURCES.iter().position(|known| *known == source).map_or(0, |at| 1 << at)
}

/// The first call that raised a mark.
#[derive(Debug, Clone)]
struct Raised {
    call: &'static str,
    name: String,
}

impl Taint {
    pub fn marks(&self) -> Marks {
        self.marks.clone()
    }

    /// Whether a call may go where it goes, after all that was taken in.
    pub fn check(&self, grants: &Grants, call: &'static str, permission: &Permission<'_>) -> Result<(), Failure> {
        let Some(sink) = permission.sink() else { return Ok(()) };
        let Some(barred) = grants.barred(sink, |source| self.raised.contains_key(source)) else { return Ok(()) };
        let Some(Raised { call: by, name }) = self.raised.get(barred.source) else { return Ok(()) };
        let (source, because) = (barred.source, barred.because);
        let named = if name.is_empty() { String::new() } else { format!(" of '{name}'") };
        let message =
            format!("{call}: nothing may go there any more ({because}), as {by}{named} has brought in '{source}'");
        let details = json!(Barred { sink, mark: source, by, name });
        Err(Failure { details: Some(details), ..Failure::denied(message) })
    }

    /// Raises the mark of what a call takes in. Before anything is done, as failures and parts of an answer bring something, too.
    pub fn raise(&mut self, call: &'static str, permission: &Permission<'_>) {
        if let Some(source) = permission.source() {
            let name = permission.names().next().unwrap_or_default();
            self.mark(source, call, name);
        }
    }

    /// Raises one mark.
    pub fn mark(&mut self, source: &'static str, call: &'static str, name: &str) {
        self.raised.entry(source).or_insert_with(|| Raised { call, name: cut(name) });
        self.marks.0.fetch_or(bit(source), SeqCst);
    }

    /// Raises all of them: for what an earlier run has taken in, nobody knows what.
    pub fn mark_all(&mut self, call: &'static str, name: &str) {
        SOURCES.iter().for_each(|source| self.mark(source, call, name));
    }
}
