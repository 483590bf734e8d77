//! How many servers run at once, over all tenants: for one more, the one that rests longest has to go.

use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::config::Server;
use crate::error::McpError;
use crate::servers::All;
use crate::session::Session;

/// Places for servers that run. Each is a process, or connections.
pub struct Room {
    free: Arc<Semaphore>,
    most: usize,
}

/// Where nothing else is said.
pub const MOST_RUNNING: usize = 64;
/// Somebody may be about to ask one that has only just been asked for.
const SETTLED: Duration = Duration::from_secs(1);
/// Others may take the place that was made.
const TRIES: usize = 3;

impl Room {
    pub fn of(most: usize) -> Room {
        Room { free: Arc::new(Semaphore::new(most)), most }
    }
}

impl Default for Room {
    fn default() -> Room {
        Room::of(MOST_RUNNING)
    }
}

impl All {
    /// A place for one more. It is taken until the server's process has ended.
    pub async fn place(&self, server: &Server) -> Result<OwnedSemaphorePermit, McpError> {
        for _ in 0..TRIES {
            if let Ok(place) = self.room.free.clone().try_acquire_owned() {
                return Ok(place);
            }
            let Some(session) = self.longest_at_rest() else { break };
            session.close().await;
        }
        let most = self.room.most;
        let why =
            format!("{most} servers run, which is as many as may at once, and none of them rests: try again later");
        Err(McpError::Start { server: server.name.clone(), why })
    }

    /// Taken out of its slot.
    fn longest_at_rest(&self) -> Option<Arc<Session>> {
        let slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        let states = slots.values().filter_map(|slot| slot.0.try_lock().ok());
        let at_rest = states.filter_map(|state| Some((state.session.as_ref()?.at_rest_since()?, state)));
        let at_rest = at_rest.filter(|(since, _)| since.elapsed() >= SETTLED);
        let (_, mut state) = at_rest.min_by_key(|(since, _)| *since)?;
        state.tools = None;
        state.session.take()
    }

    /// Forgets the slots that nobody holds and that say nothing any more.
    pub fn sweep(&self) {
        let now = Instant::now();
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        slots.retain(|_, slot| {
            // Nobody else can get at it meanwhile: that takes the lock on all of them.
            Arc::strong_count(slot) > 1 || slot.0.try_lock().is_ok_and(|state| state.matters(now))
        });
    }
}
