//! Where a run may let nothing go any more, once it has taken in something.

use super::{Grants, Place};

/// `sink = {unless = [sources]}`: one entry of `[taint]`.
#[derive(Debug, Clone)]
pub(super) struct Bar {
    pub sink: &'static str,
    pub unless: Vec<&'static str>,
    pub place: Place,
}

/// A sink that is barred.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Barred {
    /// What the run has taken in.
    pub source: &'static str,
    /// The entry of a policy that says so.
    pub because: String,
}

impl Grants {
    /// Whether any policy wants to know what the run takes in.
    pub fn watches_taint(&self) -> bool {
        self.policies.iter().any(|policy| !policy.taint.is_empty())
    }

    /// Why nothing may go there, for a run that has taken in what `raised` says.
    pub fn barred(&self, sink: &str, raised: impl Fn(&str) -> bool) -> Option<Barred> {
        self.policies.iter().find_map(|policy| {
            let bars = policy.taint.iter().filter(|bar| bar.sink == sink);
            let mut hit = bars.flat_map(|bar| bar.unless.iter().map(move |source| (bar, *source)));
            let (bar, source) = hit.find(|(_, source)| raised(source))?;
            let line = match bar.place {
                Place::Line { line, .. } => format!(", line {line}"),
                Place::Flag(_) => String::new(),
            };
            let because = format!("[taint] {sink} in {}{line}", policy.origin.file_name());
            Some(Barred { source, because })
        })
    }
}
