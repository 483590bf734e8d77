//! What differs from run to run, unless the run is given a clock and a seed.

use std::sync::{Arc, Mutex, PoisonError};

use llmspell_base::clock::Clock;
use llmspell_base::random::Random;

/// The time and the randomness of a run, for the tools of the host: a run that is repeated has the same ones.
#[derive(Clone)]
pub struct Chance {
    /// The run's clock.
    pub clock: Clock,
    random: Arc<Mutex<Random>>,
}

impl Chance {
    /// `seed`: that of the run; `None` for the operating system's randomness.
    pub fn new(clock: Clock, seed: Option<u64>) -> Chance {
        // Not the sequence that the spell itself draws from: what a tool draws would tell what the spell gets next.
        let random = Random::new(seed.map(|seed| seed ^ APART));
        Chance { clock, random: Arc::new(Mutex::new(random)) }
    }

    /// So many random bytes; at most some hundred.
    pub fn bytes(&self, length: usize) -> Vec<u8> {
        // Nothing in here can panic half-way.
        self.random.lock().unwrap_or_else(PoisonError::into_inner).bytes(length)
    }
}

const APART: u64 = 0x746f_6f6c_7300_0000;
