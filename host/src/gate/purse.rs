//! Tokens and money: promised before a model is asked, paid when it has answered.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::sync::Notify;

use crate::money::{NanoDollars, Price};
use crate::runtime::outcome::Limit;
use crate::services::budget::Period;

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

/// There is not enough left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Short {
    pub whose: Whose,
    pub kind: Kind,
    /// Of tokens, or of billionths of a dollar; so are the next two.
    pub allowed: u64,
    pub left: u64,
    pub needed: u64,
    /// It would fit, had other calls not been promised the rest.
    pub promised: bool,
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
}

/// How long a call waits for others to free what they were promised and did not use. A stream that the spell does not
/// read holds its own for as long as the spell likes.
const PATIENCE: Duration = Duration::from_secs(30);

/// A reply of fewer tokens is of no use.
const LEAST_OUTPUT: u64 = 1;

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

    /// What is neither paid nor promised, of the tightest.
    pub fn left(&self) -> Allowance {
        let least = |a: Option<u64>, b: Option<u64>| a.into_iter().chain(b).min();
        self.levels().fold(Allowance::default(), |left, level| {
            let held = *level.lock();
            let of_level = |kind| kind_left(kind, level.most, held).map(|(_, left)| left);
            Allowance {
                tokens: least(left.tokens, of_level(Kind::Tokens)),
                cost: least(left.cost.map(|cost| cost.0), of_level(Kind::Cost)).map(NanoDollars),
            }
        })
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
        let mut output_tokens = want.output_tokens;
        for (level, held) in levels.iter().zip(&held) {
            output_tokens = output_tokens.min(level.output(want, held)?);
        }
        let cost = want.price.map_or(NanoDollars(0), |price| price.of(want.input_tokens, output_tokens));
        let amount = Amount { tokens: want.input_tokens.saturating_add(output_tokens), cost };
        for held in &mut held {
            held.promised = held.promised.plus(amount);
        }
        drop(held);
        Ok(Promise { purse: self.clone(), amount, output_tokens })
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
    /// How much output there is room for, or what is missing.
    fn output(&self, want: Want, held: &Held) -> Result<u64, Short> {
        let least = want.output_tokens.min(LEAST_OUTPUT);
        let mut output = u64::MAX;
        if let Some((free, left)) = kind_left(Kind::Tokens, self.most, *held) {
            let needed = want.input_tokens.saturating_add(least);
            let allowed = self.most.tokens.unwrap_or_default();
            let short = |promised| Short { whose: self.whose, kind: Kind::Tokens, allowed, left, needed, promised };
            if needed > left {
                return Err(short(needed <= free));
            }
            output = output.min(left - want.input_tokens);
        }
        // Where the price is not known nothing is promised, and nobody may ask: see `Spending`.
        if let (Some((free, left)), Some(price)) = (kind_left(Kind::Cost, self.most, *held), want.price) {
            let needed = price.of(want.input_tokens, least).0;
            let allowed = self.most.cost.unwrap_or_default().0;
            let short = |promised| Short { whose: self.whose, kind: Kind::Cost, allowed, left, needed, promised };
            if needed > left {
                return Err(short(needed <= free));
            }
            let input = price.of(want.input_tokens, 0).0;
            output = output.min(price.output_for(NanoDollars(left.saturating_sub(input))));
        }
        Ok(output.max(least))
    }

    fn lock(&self) -> MutexGuard<'_, Held> {
        // Two sums; a panic elsewhere leaves neither half-written.
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Of what is not paid: all of it, and what is not promised either. `None` where there is no limit.
fn kind_left(kind: Kind, most: Allowance, held: Held) -> Option<(u64, u64)> {
    let (most, paid, promised) = match kind {
        Kind::Tokens => (most.tokens?, held.paid.tokens, held.promised.tokens),
        Kind::Cost => (most.cost?.0, held.paid.cost.0, held.promised.cost.0),
    };
    let free = most.saturating_sub(paid);
    Some((free, free.saturating_sub(promised)))
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

impl Whose {
    fn word(self) -> &'static str {
        match self {
            Whose::Agent => "agent",
            Whose::Run => "run",
            Whose::Tenant(_) => "tenant",
            Whose::All(_) => "all",
        }
    }
}

impl Short {
    /// An agent's own budget is the spell's to see to, and what is only promised may be free soon.
    pub fn ends_the_run(&self) -> bool {
        self.whose != Whose::Agent && !self.promised
    }

    pub fn limit(&self) -> Limit {
        match self.kind {
            Kind::Tokens => Limit::Tokens,
            Kind::Cost => Limit::Cost,
        }
    }

    /// For programs: `{budget, whose, allowed, left, needed}`; money as decimal text.
    pub fn show(&self) -> Value {
        let amount = |amount: u64| match self.kind {
            Kind::Tokens => Value::from(amount),
            Kind::Cost => NanoDollars(amount).to_string().into(),
        };
        json!({
            "budget": if self.kind == Kind::Tokens { "tokens" } else { "cost" },
            "whose": self.whose.word(),
            "allowed": amount(self.allowed), "left": amount(self.left), "needed": amount(self.needed),
        })
    }
}

impl fmt::Display for Short {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whose, when) = match self.whose {
            Whose::Agent => ("the agent's", ""),
            Whose::Run => ("the run's", ""),
            Whose::Tenant(period) => ("the tenant's", period.spoken()),
            Whose::All(period) => ("all tenants'", period.spoken()),
        };
        match self.kind {
            Kind::Tokens => write!(
                f,
                "of {whose} budget of {} tokens{when} {} are left, and this call needs at least {}",
                self.allowed, self.left, self.needed
            )?,
            Kind::Cost => write!(
                f,
                "of {whose} budget of ${}{when} there is ${} left, and this call may cost ${} at least",
                NanoDollars(self.allowed),
                NanoDollars(self.left),
                NanoDollars(self.needed)
            )?,
        }
        if self.promised {
            f.write_str("; the rest is promised to calls that are under way")?;
        }
        match (self.whose, self.kind) {
            (Whose::Agent, _) => Ok(()),
            (Whose::Tenant(_) | Whose::All(_), _) => f.write_str(" ([budgets] in the configuration)"),
            (Whose::Run, Kind::Tokens) => f.write_str(" (--token-budget)"),
            (Whose::Run, Kind::Cost) => f.write_str(" (--cost-budget)"),
        }
    }
}

#[cfg(test)]
#[path = "purse_tests.rs"]
mod tests;
