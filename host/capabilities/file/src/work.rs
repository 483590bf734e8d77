//! Work on threads that may wait for a disk.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};

use crate::error::FileError;

/// Whether anything still waits for the work. It looks at each step, and stops.
#[derive(Clone, Default)]
pub struct Wanted(Arc<AtomicBool>);

impl Wanted {
    /// Fails where nothing waits any more.
    pub fn check(&self) -> Result<(), FileError> {
        if self.0.load(SeqCst) { Err(FileError::Cancelled) } else { Ok(()) }
    }
}

/// Cancels the work of a call that is dropped.
struct Waiting(Wanted);

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.0.store(true, SeqCst);
    }
}

/// Does the work apart from the threads that run spells.
pub async fn apart<T: Send + 'static>(
    work: impl FnOnce(&Wanted) -> Result<T, FileError> + Send + 'static,
) -> Result<T, FileError> {
    let wanted = Wanted::default();
    let waiting = Waiting(wanted.clone());
    let done = tokio::task::spawn_blocking(move || work(&wanted)).await;
    drop(waiting);
    done.unwrap_or_else(|_| Err(FileError::Unusable("the work on it broke".into())))
}
