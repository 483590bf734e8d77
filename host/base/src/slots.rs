//! Counts how many of something live at once, up to a maximum.

use std::sync::Arc;

/// A fixed number of places.
#[derive(Debug)]
pub struct Slots {
    /// The count of references to it is the count of the places taken, and one.
    taken: Arc<()>,
    most: usize,
}

/// A place that is taken, until this is dropped.
#[derive(Debug, Clone)]
pub struct Slot {
    _taken: Arc<()>,
}

impl Slots {
    /// `most` places, all of them free.
    pub fn new(most: usize) -> Slots {
        Slots { taken: Arc::default(), most }
    }

    /// How many places are free now.
    pub fn free(&self) -> usize {
        (self.most + 1).saturating_sub(Arc::strong_count(&self.taken))
    }

    /// `None` where all places are taken.
    pub fn take(&self) -> Option<Slot> {
        (Arc::strong_count(&self.taken) <= self.most).then(|| Slot { _taken: self.taken.clone() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dropped_slot_is_free_again() {
        let slots = Slots::new(2);
        let (first, _second) = (slots.take(), slots.take());
        assert!(slots.take().is_none() && slots.free() == 0);
        drop(first);
        assert!(slots.take().is_some());
    }
}
