//! Clients that wait for the end of a run.

use llmspell_wasm::CancellationToken;

use crate::app::Shared;
use crate::problem::Problem;
use crate::run::Run;
use crate::runs::Reached;

/// Cancels a run when the request that waits for it is dropped: its client has hung up.
pub struct CancelOnDrop(Option<CancellationToken>);

impl CancelOnDrop {
    pub fn new(cancel: CancellationToken) -> CancelOnDrop {
        CancelOnDrop(Some(cancel))
    }

    /// The run is over, or goes on without the client.
    pub fn disarm(mut self) {
        self.0 = None;
    }
}

impl Drop for CancelOnDrop {
    fn drop(&mut self) {
        self.0.iter().for_each(CancellationToken::cancel);
    }
}

/// The run when it is over. One that goes on in another server is refused.
pub async fn wait(app: &Shared, tenant: &str, id: &str) -> Result<Run, Problem> {
    match app.runs.reach(tenant, id).await? {
        Reached::Live(live) => Ok(live.ended().await),
        Reached::Over(found) => Ok(found.run),
    }
}
