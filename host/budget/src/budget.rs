//! Budgets of tokens and money: reserved before a model is asked, settled when it has answered.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;

use crate::period::Period;
use llmspell_base::money::{CostEstimate, NanoDollars};

mod gauge;
mod insufficient;

pub use gauge::{Gauge, Headroom, tightest};
pub use insufficient::{InsufficientBudget, set_by};

/// The limits of one budget; `None` is no limit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Allowance {
    /// Input and output together.
    pub tokens: Option<u64>,
    /// What models may cost.
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
    /// Input and output together.
    pub tokens: u64,
    /// What they cost.
    pub cost: NanoDollars,
}

/// A cost estimate whose output is cut to what budgets have left.
#[derive(Clone, Copy, Debug)]
pub struct FittedEstimate {
    /// The estimate, with `output_tokens` already cut.
    pub estimate: CostEstimate,
    /// The budget that cut the output, if one did.
    pub bound: Option<InsufficientBudget>,
}

impl From<CostEstimate> for FittedEstimate {
    fn from(estimate: CostEstimate) -> FittedEstimate {
        FittedEstimate { estimate, bound: None }
    }
}

/// The owner of a budget, ordered from the innermost outwards.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum BudgetOwner {
    /// One run of an agent, or one request of the spell, with its tool calls.
    Agent,
    /// One run, with all of its agents.
    Run,
    /// One tenant, over all of its runs in the period.
    Tenant(Period),
    /// All tenants together.
    All(Period),
}

/// What a budget counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum BudgetKind {
    /// Input and output tokens.
    Tokens,
    /// Billionths of a US dollar.
    Cost,
}

/// A node of agent → run: reserving here reserves in every ancestor as well.
#[derive(Clone)]
pub struct Budget(Arc<Level>);

struct Level {
    whose: BudgetOwner,
    most: Allowance,
    held: Mutex<Held>,
    outer: Option<Budget>,
    /// Of all that lie within the same outermost one: something that was reserved is free again.
    freed: Arc<Notify>,
}

#[derive(Clone, Copy, Default)]
struct Held {
    paid: Amount,
    reserved: Amount,
}

/// An amount that is reserved in a budget and its ancestors. Dropping it unsettled charges the full amount.
#[must_use = "dropping a reservation unsettled charges the full amount"]
pub struct Reservation {
    budget: Budget,
    amount: Amount,
    /// The most that the model may answer.
    pub output_tokens: u64,
    /// The budget that is spent by such an answer, where it may not be as long as it was asked for.
    pub bound: Option<InsufficientBudget>,
}

/// How long a call waits for others to free what they were reserved and did not use. A stream that the spell does not
/// read holds its own for as long as the spell likes.
const PATIENCE: Duration = Duration::from_secs(30);

impl Budget {
    /// An outermost budget, of which nothing is spent.
    pub fn new(whose: BudgetOwner, most: Allowance) -> Budget {
        Budget(Arc::new(Level { whose, most, held: Mutex::default(), outer: None, freed: Arc::default() }))
    }

    /// One within this one.
    pub fn within(&self, whose: BudgetOwner, most: Allowance) -> Budget {
        let (outer, freed) = (Some(self.clone()), self.0.freed.clone());
        Budget(Arc::new(Level { whose, most, held: Mutex::default(), outer, freed }))
    }

    /// Whether anything is limited: where nothing is, nothing has to be estimated.
    pub fn is_bounded(&self) -> bool {
        self.levels().any(|level| level.most != Allowance::default())
    }

    /// Each of its budgets, and of those that it lies within, from the inside out.
    pub fn gauges(&self) -> Vec<Gauge> {
        self.levels().flat_map(|level| level.gauges(*level.lock())).collect()
    }

    /// Reserves the estimate in this budget and every ancestor, or in none. Waits up to 30 s where other calls hold what
    /// is missing.
    pub async fn reserve(&self, estimate: FittedEstimate) -> Result<Reservation, InsufficientBudget> {
        let patience = tokio::time::sleep(PATIENCE);
        tokio::pin!(patience);
        loop {
            let freed = self.0.freed.notified();
            tokio::pin!(freed);
            // From here on it hears of what is freed, also between the look and the wait.
            freed.as_mut().enable();
            match self.try_reserve(estimate) {
                Err(short) if short.reserved => {
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
    pub fn try_reserve(&self, estimate: FittedEstimate) -> Result<Reservation, InsufficientBudget> {
        let levels: Vec<&Level> = self.levels().collect();
        // Always from the inside out, so that no two calls wait for each other.
        let mut held: Vec<MutexGuard<'_, Held>> = levels.iter().map(|level| level.lock()).collect();
        let mut fitted = estimate;
        for gauge in levels.iter().zip(&held).flat_map(|(level, held)| level.gauges(**held)) {
            // `None`: the budget is of money and the price is not known. The caller refuses such a call before it reserves.
            if let Some(headroom) = gauge.headroom(estimate.estimate) {
                fitted = fitted.fit(headroom?);
            }
        }
        let FittedEstimate { estimate: CostEstimate { input_tokens, output_tokens, price }, bound } = fitted;
        let cost = price.map_or(NanoDollars(0), |price| price.of(input_tokens, output_tokens));
        let amount = Amount { tokens: input_tokens.saturating_add(output_tokens), cost };
        for held in &mut held {
            held.reserved = held.reserved.plus(amount);
        }
        drop(held);
        Ok(Reservation { budget: self.clone(), amount, output_tokens, bound })
    }

    fn levels(&self) -> impl Iterator<Item = &Level> {
        std::iter::successors(Some(&*self.0), |level| level.outer.as_ref().map(|outer| &*outer.0))
    }

    fn settle(&self, reserved: Amount, paid: Amount) {
        for level in self.levels() {
            let mut held = level.lock();
            held.reserved = held.reserved.minus(reserved);
            held.paid = held.paid.plus(paid);
        }
        self.0.freed.notify_waiters();
    }
}

impl Level {
    fn gauges(&self, held: Held) -> impl Iterator<Item = Gauge> + use<> {
        let gauge = |kind, allowed: Option<u64>, paid: u64, reserved| {
            let (whose, allowed) = (self.whose, allowed?);
            let free = allowed.saturating_sub(paid);
            Some(Gauge { whose, kind, allowed, free, left: free.saturating_sub(reserved) })
        };
        let tokens = gauge(BudgetKind::Tokens, self.most.tokens, held.paid.tokens, held.reserved.tokens);
        let cost = self.most.cost.map(|cost| cost.0);
        let cost = gauge(BudgetKind::Cost, cost, held.paid.cost.0, held.reserved.cost.0);
        tokens.into_iter().chain(cost)
    }

    fn lock(&self) -> MutexGuard<'_, Held> {
        // Two sums; a panic elsewhere leaves neither half-written.
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Reservation {
    /// How much is reserved.
    pub fn amount(&self) -> Amount {
        self.amount
    }

    /// Pays what it took and frees the rest. What is above the reserve can't have been: it is paid as far as it was
    /// reserved. Gives what is paid.
    pub fn pay(mut self, took: Amount) -> Amount {
        let reserved = std::mem::take(&mut self.amount);
        let cost = took.cost.min(reserved.cost);
        let paid = Amount { tokens: took.tokens.min(reserved.tokens), cost };
        self.budget.settle(reserved, paid);
        paid
    }
}

impl Drop for Reservation {
    fn drop(&mut self) {
        if self.amount != Amount::default() {
            self.budget.settle(self.amount, self.amount);
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
mod tests;
