//! One budget as a call finds it: what there is headroom for.

use llmspell_api::budget as api;

use super::{Allowance, BudgetKind, BudgetOwner, FittedEstimate, InsufficientBudget};
use crate::period::Period;
use llmspell_base::money::{CostEstimate, NanoDollars};

/// The state of one budget, in tokens or in billionths of a dollar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gauge {
    /// Whose budget it is.
    pub whose: BudgetOwner,
    /// What the numbers count.
    pub kind: BudgetKind,
    /// The limit itself.
    pub allowed: u64,
    /// What is not spent; some of it may be reserved.
    pub free: u64,
    /// What is neither spent nor reserved for other calls.
    pub left: u64,
}

/// How much a model may answer, and which budget ends with it.
#[derive(Clone, Copy, Debug)]
pub struct Headroom {
    /// The most output tokens that the budget allows beside the input.
    pub output_tokens: u64,
    /// What to report when the answer is as long as that: the state of the budget afterwards.
    pub bound: InsufficientBudget,
}

/// A reply of fewer tokens is of no use.
const LEAST_OUTPUT: u64 = 1;

impl Gauge {
    /// The headroom for an answer, or what is missing. `None` where the price is not known: such a call is refused before.
    pub fn headroom(&self, estimate: CostEstimate) -> Option<Result<Headroom, InsufficientBudget>> {
        let least = estimate.output_tokens.min(LEAST_OUTPUT);
        let of = |output: u64| match self.kind {
            BudgetKind::Tokens => Some(estimate.input_tokens.saturating_add(output)),
            BudgetKind::Cost => estimate.price.map(|price| price.of(estimate.input_tokens, output).0),
        };
        let needed = of(least)?;
        if needed > self.left {
            return Some(Err(self.short(self.left, needed, needed <= self.free)));
        }
        let beyond_input = self.left.saturating_sub(of(0)?);
        let output_tokens = match self.kind {
            BudgetKind::Tokens => beyond_input,
            BudgetKind::Cost => estimate.price?.output_for(NanoDollars(beyond_input)),
        };
        let output_tokens = output_tokens.max(least);
        // What is over when the answer is as long as that, and what one token more would need.
        let rest = self.left.saturating_sub(of(output_tokens)?);
        let more = of(output_tokens.saturating_add(1))?.saturating_sub(of(output_tokens)?);
        let bound = self.short(rest, more, self.left < self.free);
        Some(Ok(Headroom { output_tokens, bound }))
    }

    /// For programs.
    pub fn show(&self) -> api::Budget {
        api::Budget {
            budget: self.kind.into(),
            whose: self.whose.into(),
            allowed: self.kind.show(self.allowed),
            left: self.kind.show(self.left),
            period: self.whose.period().map(Into::into),
        }
    }

    /// The failure of this budget: `left` remain and `needed` are needed. `reserved`: it would fit without the
    /// reservations of other calls.
    pub fn short(&self, left: u64, needed: u64, reserved: bool) -> InsufficientBudget {
        InsufficientBudget { whose: self.whose, kind: self.kind, allowed: self.allowed, left, needed, reserved }
    }
}

/// What is left of the tightest of them.
pub fn tightest(gauges: &[Gauge]) -> Allowance {
    let least = |kind| gauges.iter().filter(|gauge| gauge.kind == kind).map(|gauge| gauge.left).min();
    Allowance { tokens: least(BudgetKind::Tokens), cost: least(BudgetKind::Cost).map(NanoDollars) }
}

impl FittedEstimate {
    /// With no more output than there is headroom for.
    pub fn fit(mut self, headroom: Headroom) -> FittedEstimate {
        if headroom.output_tokens < self.estimate.output_tokens {
            (self.estimate.output_tokens, self.bound) = (headroom.output_tokens, Some(headroom.bound));
        }
        self
    }
}

impl BudgetKind {
    /// "tokens" or "cost".
    pub fn word(self) -> &'static str {
        match self {
            BudgetKind::Tokens => "tokens",
            BudgetKind::Cost => "cost",
        }
    }

    /// An amount as JSON: tokens as a number, money as decimal dollars in a string.
    pub fn show(self, amount: u64) -> api::Amount {
        match self {
            BudgetKind::Tokens => api::Amount::Tokens(amount),
            BudgetKind::Cost => api::Amount::Dollars(NanoDollars(amount).to_string()),
        }
    }
}

impl From<BudgetKind> for api::Kind {
    fn from(kind: BudgetKind) -> api::Kind {
        match kind {
            BudgetKind::Tokens => api::Kind::Tokens,
            BudgetKind::Cost => api::Kind::Cost,
        }
    }
}

impl From<BudgetOwner> for api::Owner {
    fn from(owner: BudgetOwner) -> api::Owner {
        match owner {
            BudgetOwner::Agent => api::Owner::Agent,
            BudgetOwner::Run => api::Owner::Run,
            BudgetOwner::Tenant(_) => api::Owner::Tenant,
            BudgetOwner::All(_) => api::Owner::All,
        }
    }
}

impl From<Period> for api::Period {
    fn from(period: Period) -> api::Period {
        match period {
            Period::Day => api::Period::Day,
            Period::Month => api::Period::Month,
        }
    }
}
