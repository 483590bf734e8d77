//! What a spell, and who ran it, are told of a budget that does not suffice.

use std::fmt;

use serde_json::{Value, json};

use super::{Kind, Whose};
use crate::money::NanoDollars;
use crate::runtime::outcome::Limit;
use crate::services::budget::Period;

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

impl Whose {
    pub fn word(self) -> &'static str {
        match self {
            Whose::Agent => "agent",
            Whose::Run => "run",
            Whose::Tenant(_) => "tenant",
            Whose::All(_) => "all",
        }
    }

    /// `None`: as long as it lives.
    pub fn period(self) -> Option<Period> {
        match self {
            Whose::Agent | Whose::Run => None,
            Whose::Tenant(period) | Whose::All(period) => Some(period),
        }
    }

    /// An agent's own budget is the spell's to see to; any other ends the run.
    pub fn ends_the_run(self) -> bool {
        self != Whose::Agent
    }
}

impl Kind {
    pub fn limit(self) -> Limit {
        match self {
            Kind::Tokens => Limit::Tokens,
            Kind::Cost => Limit::Cost,
        }
    }
}

impl Short {
    /// What is only promised to others may be free soon.
    pub fn ends_the_run(&self) -> bool {
        self.whose.ends_the_run() && !self.promised
    }

    /// For programs: `{budget, whose, allowed, left, needed}`; money as decimal text.
    pub fn show(&self) -> Value {
        json!({
            "budget": self.kind.word(), "whose": self.whose.word(), "allowed": self.kind.show(self.allowed),
            "left": self.kind.show(self.left), "needed": self.kind.show(self.needed),
        })
    }

    /// "the run's budget of 300 tokens", and where it was set.
    pub fn budget(&self) -> (String, &'static str) {
        let (whose, when) = match self.whose {
            Whose::Agent => ("the agent's", ""),
            Whose::Run => ("the run's", ""),
            Whose::Tenant(period) => ("the tenant's", period.spoken()),
            Whose::All(period) => ("all tenants'", period.spoken()),
        };
        let budget = match self.kind {
            Kind::Tokens => format!("{whose} budget of {} tokens{when}", self.allowed),
            Kind::Cost => format!("{whose} budget of ${}{when}", NanoDollars(self.allowed)),
        };
        (budget, set_by(self.whose, self.kind))
    }
}

/// Where a budget is set, in brackets and with the space before it.
pub fn set_by(whose: Whose, kind: Kind) -> &'static str {
    match (whose, kind) {
        (Whose::Agent, _) => "",
        (Whose::Tenant(_) | Whose::All(_), _) => " ([budgets] in the configuration)",
        (Whose::Run, Kind::Tokens) => " (--token-budget)",
        (Whose::Run, Kind::Cost) => " (--cost-budget)",
    }
}

impl fmt::Display for Short {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (budget, set_by) = self.budget();
        match self.kind {
            Kind::Tokens => {
                write!(f, "of {budget} {} are left, and this call needs at least {}", self.left, self.needed)?;
            }
            Kind::Cost => write!(
                f,
                "of {budget} there is ${} left, and this call may cost ${} at least",
                NanoDollars(self.left),
                NanoDollars(self.needed)
            )?,
        }
        if self.promised {
            f.write_str("; the rest is promised to calls that are under way")?;
        }
        f.write_str(set_by)
    }
}
