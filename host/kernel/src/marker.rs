//! How services that ask others on behalf of a run raise its marks.

use std::sync::Arc;

use crate::context::{CallContext, Shared};
use crate::run::Run;

/// Raises marks in the name of one call. Before anybody is asked: a failure brings something in, too.
#[derive(Clone)]
pub struct Marker {
    shared: Arc<Shared>,
    call: &'static str,
}

impl Marker {
    /// Raises the mark of what `source` brings in; `name` is whom the run asked.
    pub fn raise(&self, source: &'static str, name: &str) {
        self.shared.gate().taint.mark(source, self.call, name);
    }
}

impl Run {
    /// For a call of the guest.
    pub fn marker(&self, call: &'static str) -> Marker {
        Marker { shared: self.shared.clone(), call }
    }
}

impl CallContext {
    /// For work beside the guest.
    pub fn marker(&self, call: &'static str) -> Marker {
        Marker { shared: self.shared.clone(), call }
    }
}
