//! What capabilities offer to each other and to work beside the guest, by its type.

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};

/// One thing of each type.
#[derive(Default)]
pub struct Offers(RwLock<HashMap<TypeId, Box<dyn Any + Send + Sync>>>);

impl Offers {
    pub fn put<T: Clone + Send + Sync + 'static>(&self, offered: T) {
        // Entries are whole or not there.
        self.0.write().unwrap_or_else(PoisonError::into_inner).insert(TypeId::of::<T>(), Box::new(offered));
    }

    /// What is offered may lead back to the run: nothing is left of a run that is over.
    pub fn clear(&self) {
        let offered = std::mem::take(&mut *self.0.write().unwrap_or_else(PoisonError::into_inner));
        drop(offered);
    }

    pub fn get<T: Clone + Send + Sync + 'static>(&self) -> Option<T> {
        let offers = self.0.read().unwrap_or_else(PoisonError::into_inner);
        offers.get(&TypeId::of::<T>()).and_then(|offered| offered.downcast_ref::<T>()).cloned()
    }
}
