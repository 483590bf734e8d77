//! Tokens and money: promised before a model is asked, paid when it has answered.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;

use crate::money::{NanoDollars, Price};
use crate::services::budget::Period;

mod gauge;
mod short;

pub use gauge::{Gauge, tightest};
pub use short::{Short, set_by};

/// How much there is; `None` is no limit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Allowance {
    /// Input and output together.
    pub tokens: Option<u64>,
    pub cost: Option<NanoDollars>,
}

impl Allowance {
    /// The tighter of the two.
    pub fn within(self, other: Allowance) -> Allowance {
        Allowance {
            tokens: self.tokens.into_iter().chain(other.tokens).min(),
            cost: self.cost.into_iter().chain(other.cost).min(),
        }
    }
}

/// Tokens and what they cost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Amount {
    pub tokens: u64,
    pub cost: NanoDollars,
}

/// What a call of a model may come to.
#[derive(Clone, Copy, Debug)]
pub struct Want {
    /// Not less than it will be.
    pub input_tokens: u64,
    /// As many as are asked for, or fewer where there are not that many left.
    pub output_tokens: u64,
    /// `None`: nobody knows. Then a budget of money can't be kept.
    pub price: Option<Price>,
    /// The budget that keeps the answer shorter than it was asked for.
    pub bound: Option<Short>,
}

/// Whose budget it is, from the inside out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Whose {
    Agent,
    Run,
    Tenant(Period),
    /// All tenants together.
    All(Period),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    Tokens,
    Cost,
}

/// A budget within others. Each amount counts for all of them.
#[derive(Clone)]
pub struct Purse(Arc<Level>);

struct Level {
    whose: Whose,
    most: Allowance,
    held: Mutex<Held>,
    outer: Option<Purse>,
    /// Of all that lie within the same outermost one: something that was promised is free again.
    freed: Arc<Notify>,
}

#[derive(Clone, Copy, Default)]
struct Held {
    paid: Amount,
    promised: Amount,
}

/// So much was set aside. It is paid in full when it is dropped: who does not say what a call took has taken all.
#[must_use = "it is paid in full when it is dropped"]
pub struct Promise {
    purse: Purse,
    amount: Amount,
    /// The most that the model may answer.
    pub output_tokens: u64,
    /// The budget that is spent by such an answer, where it may not be as long as it was asked for.
    pub bound: Option<Short>,
}

/// How long a call waits for others to free what they were promised and did not use. A stream that the spell does not
/// read holds its own for as long as the spell likes.
const PATIENCE: Duration = Duration::from_secs(30);

impl Purse {
    pub fn new(whose: Whose, most: Allowance) -> Purse {
        Purse(Arc::new(Level { whose, most, held: Mutex::default(), outer: None, freed: Arc::default() }))
    }

    /// One within this one.
    pub fn within(&self, whose: Whose, most: Allowance) -> Purse {
        let (outer, freed) = (Some(self.clone()), self.0.freed.clone());
        Purse(Arc::new(Level { whose, most, held: Mutex::default(), outer, freed }))
    }

    /// Whether anything is limited: where nothing is, nothing has to be estimated.
    pub fn is_bounded(&self) -> bool {
        self.levels().any(|level| level.most != Allowance::default())
    }

    /// Each of its budgets, and of those that it lies within, from the inside out.
    pub fn gauges(&self) -> Vec<Gauge> {
        self.levels().flat_map(|level| level.gauges(*level.lock())).collect()
    }

    /// Sets it aside in every budget, or in none. Waits a while where others hold what is missing.
    pub async fn promise(&self, want: Want) -> Result<Promise, Short> {
        let patience = tokio::time::sleep(PATIENCE);
        tokio::pin!(patience);
        loop {
            let freed = self.0.freed.notified();
            tokio::pin!(freed);
            // From here on it hears of what is freed, also between the look and the wait.
            freed.as_mut().enable();
            match self.try_promise(want) {
                Err(short) if short.promised => {
                    tokio::select! {
                        () = freed => {}
                        () = &mut patience => return Err(short),
                    }
                }
                answer => return answer,
            }
        }
    }

    /// The same without waiting.
    pub fn try_promise(&self, want: Want) -> Result<Promise, Short> {
        let levels: Vec<&Level> = self.levels().collect();
        // Always from the inside out: nobody waits in a circle.
        let mut held: Vec<MutexGuard<'_, Held>> = levels.iter().map(|level| level.lock()).collect();
        let mut fitting = want;
        for gauge in levels.iter().zip(&held).flat_map(|(level, held)| level.gauges(**held)) {
            // Where the price is not known nothing is promised, and nobody may ask: see `Payer`.
            if let Some(room) = gauge.room(want) {
                fitting = fitting.fit(room?);
            }
        }
        let Want { input_tokens, output_tokens, bound, .. } = fitting;
        let cost = want.price.map_or(NanoDollars(0), |price| price.of(input_tokens, output_tokens));
        let amount = Amount { tokens: input_tokens.saturating_add(output_tokens), cost };
        for held in &mut held {
            held.promised = held.promised.plus(amount);
        }
        drop(held);
        Ok(Promise { purse: self.clone(), amount, output_tokens, bound })
    }

    fn levels(&self) -> impl Iterator<Item = &Level> {
        std::iter::successors(Some(&*self.0), |level| level.outer.as_ref().map(|outer| &*outer.0))
    }

    fn settle(&self, promised: Amount, paid: Amount) {
        for level in self.levels() {
            let mut held = level.lock();
            held.promised = held.promised.minus(promised);
            held.paid = held.paid.plus(paid);
        }
        self.0.freed.notify_waiters();
    }
}

impl Level {
    fn gauges(&self, held: Held) -> impl Iterator<Item = Gauge> + use<> {
        let gauge = |kind, allowed: Option<u64>, paid: u64, promised| {
            let (whose, allowed) = (self.whose, allowed?);
            let free = allowed.saturating_sub(paid);
            Some(Gauge { whose, kind, allowed, free, left: free.saturating_sub(promised) })
        };
        let tokens = gauge(Kind::Tokens, self.most.tokens, held.paid.tokens, held.promised.tokens);
        let cost = self.most.cost.map(|cost| cost.0);
        let cost = gauge(Kind::Cost, cost, held.paid.cost.0, held.promised.cost.0);
        tokens.into_iter().chain(cost)
    }

    fn lock(&self) -> MutexGuard<'_, Held> {
        // Two sums; a panic elsewhere leaves neither half-written.
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Promise {
    pub fn amount(&self) -> Amount {
        self.amount
    }

    /// Pays what it took and frees the rest. What is above the promise can't have been: it is paid as far as it was
    /// promised. Gives what is paid.
    pub fn pay(mut self, took: Amount) -> Amount {
        let promised = std::mem::take(&mut self.amount);
        let cost = took.cost.min(promised.cost);
        let paid = Amount { tokens: took.tokens.min(promised.tokens), cost };
        self.purse.settle(promised, paid);
        paid
    }
}

impl Drop for Promise {
    fn drop(&mut self) {
        if self.amount != Amount::default() {
            self.purse.settle(self.amount, self.amount);
        }
    }
}

impl Amount {
    fn plus(self, other: Amount) -> Amount {
        let cost = NanoDollars(self.cost.0.saturating_add(other.cost.0));
        Amount { tokens: self.tokens.saturating_add(other.tokens), cost }
    }

    fn minus(self, other: Amount) -> Amount {
        let cost = NanoDollars(self.cost.0.saturating_sub(other.cost.0));
        Amount { tokens: self.tokens.saturating_sub(other.tokens), cost }
    }
}

#[cfg(test)]
#[path = "purse_tests.rs"]
mod tests;
