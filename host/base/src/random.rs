//! Randomness of a run: from the system, or repeatable from a seed.

use rand::rngs::ChaCha12Rng;
use rand::{Rng, SeedableRng};

/// A cryptographic random number generator: unpredictable, or repeatable where it was given a seed.
pub struct Random {
    seed: Option<u64>,
    /// Made when a spell first asks: few do.
    generator: Option<ChaCha12Rng>,
}

impl Random {
    /// `None`: seeded by the operating system.
    pub fn new(seed: Option<u64>) -> Random {
        Random { seed, generator: None }
    }

    /// The next 64 random bits.
    pub fn number(&mut self) -> u64 {
        self.generator().next_u64()
    }

    /// So many random bytes. The length is not bounded here: the caller checks it.
    pub fn bytes(&mut self, length: usize) -> Vec<u8> {
        let mut bytes = vec![0; length];
        self.generator().fill_bytes(&mut bytes);
        bytes
    }

    fn generator(&mut self) -> &mut ChaCha12Rng {
        self.generator.get_or_insert_with(|| match self.seed {
            Some(seed) => ChaCha12Rng::seed_from_u64(seed),
            None => rand::make_rng(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_repeats_and_no_seed_does_not() {
        let draw = |seed| Random::new(seed).number();
        assert_eq!(draw(Some(7)), draw(Some(7)));
        assert_ne!(draw(Some(7)), draw(Some(8)));
        assert_ne!(draw(None), draw(None));
    }
}
