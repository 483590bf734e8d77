//! The failure of a budget that does not suffice, as spells and operators see it.

use std::fmt;

use llmspell_api::budget::Insufficient;

use super::{BudgetKind, BudgetOwner};
use crate::period::Period;
use llmspell_base::limits::Limit;
use llmspell_base::money::NanoDollars;

/// A budget has too little left for a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InsufficientBudget {
    /// Whose budget it is.
    pub whose: BudgetOwner,
    /// What the numbers count.
    pub kind: BudgetKind,
    /// Of tokens, or of billionths of a dollar; so are the next two.
    pub allowed: u64,
    /// What is neither spent nor reserved.
    pub left: u64,
    /// What the call needs at least.
    pub needed: u64,
    /// It would fit, had other calls not been reserved the rest.
    pub reserved: bool,
}

impl BudgetOwner {
    /// "agent", "run", "tenant" or "all".
    pub fn word(self) -> &'static str {
        match self {
            BudgetOwner::Agent => "agent",
            BudgetOwner::Run => "run",
            BudgetOwner::Tenant(_) => "tenant",
            BudgetOwner::All(_) => "all",
        }
    }

    /// `None`: as long as it lives.
    pub fn period(self) -> Option<Period> {
        match self {
            BudgetOwner::Agent | BudgetOwner::Run => None,
            BudgetOwner::Tenant(period) | BudgetOwner::All(period) => Some(period),
        }
    }

    /// An agent's own budget is the spell's to see to; any other ends the run.
    pub fn ends_the_run(self) -> bool {
        self != BudgetOwner::Agent
    }
}

impl BudgetKind {
    /// The limit of a run that is used up with it.
    pub fn limit(self) -> Limit {
        match self {
            BudgetKind::Tokens => Limit::Tokens,
            BudgetKind::Cost => Limit::Cost,
        }
    }
}

impl InsufficientBudget {
    /// What is only reserved to others may be free soon.
    pub fn ends_the_run(&self) -> bool {
        self.whose.ends_the_run() && !self.reserved
    }

    /// For programs.
    pub fn show(&self) -> Insufficient {
        Insufficient {
            budget: self.kind.into(),
            whose: self.whose.into(),
            allowed: self.kind.show(self.allowed),
            left: self.kind.show(self.left),
            needed: self.kind.show(self.needed),
        }
    }

    /// "the run's budget of 300 tokens", and where it was set.
    pub fn budget(&self) -> (String, &'static str) {
        let (whose, when) = match self.whose {
            BudgetOwner::Agent => ("the agent's", ""),
            BudgetOwner::Run => ("the run's", ""),
            BudgetOwner::Tenant(period) => ("the tenant's", period.spoken()),
            BudgetOwner::All(period) => ("all tenants'", period.spoken()),
        };
        let budget = match self.kind {
            BudgetKind::Tokens => format!("{whose} budget of {} tokens{when}", self.allowed),
            BudgetKind::Cost => format!("{whose} budget of ${}{when}", NanoDollars(self.allowed)),
        };
        (budget, set_by(self.whose, self.kind))
    }
}

/// Where a budget is set, in brackets and with the space before it.
pub fn set_by(whose: BudgetOwner, kind: BudgetKind) -> &'static str {
    match (whose, kind) {
        (BudgetOwner::Agent, _) => "",
        (BudgetOwner::Tenant(_) | BudgetOwner::All(_), _) => " ([budgets] in the configuration)",
        (BudgetOwner::Run, BudgetKind::Tokens) => " (--token-budget)",
        (BudgetOwner::Run, BudgetKind::Cost) => " (--cost-budget)",
    }
}

impl fmt::Display for InsufficientBudget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (budget, set_by) = self.budget();
        match self.kind {
            BudgetKind::Tokens => {
                write!(f, "of {budget} {} are left, and this call needs at least {}", self.left, self.needed)?;
            }
            BudgetKind::Cost => write!(
                f,
                "of {budget} there is ${} left, and this call may cost ${} at least",
                NanoDollars(self.left),
                NanoDollars(self.needed)
            )?,
        }
        if self.reserved {
            f.write_str("; the rest is reserved to calls that are under way")?;
        }
        f.write_str(set_by)
    }
}
