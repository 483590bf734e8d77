//! What is set aside for a call of a model, and what it came to.

use crate::failure::Failure;
use crate::gate::Inside;
use crate::gate::purse::{Amount, Promise, Purse, Want};
use crate::services::budget::{Account, Charge, Refused};
use crate::services::model::{ModelName, Usage};

/// Of one call. Dropped unpaid, all that was set aside is paid: nobody knows what the call took.
pub struct Bill {
    promise: Promise,
    /// Of the tenant's budgets.
    charge: Option<Charge>,
    want: Want,
}

/// Who pays: the agent, the run, the tenant.
pub struct Payer<'a> {
    pub gate: &'a Inside,
    pub purse: &'a Purse,
    pub account: Option<&'a Account>,
}

/// How often others may be faster between a look at the tenant's budget and the charge to it.
const RACES: usize = 16;

impl Payer<'_> {
    /// Where nothing is limited, nothing has to be estimated.
    pub fn is_bounded(&self) -> bool {
        self.account.is_some() || self.purse.is_bounded()
    }

    /// Sets aside what a call may come to, in every budget or in none.
    pub async fn open(&self, model: &ModelName, want: Want) -> Result<Bill, Failure> {
        let limits_cost = self.purse.left().cost.is_some() || self.account.is_some_and(Account::limits_cost);
        if want.price.is_none() && limits_cost {
            return Err(unpriced(model));
        }
        let Some(account) = self.account else {
            return Ok(Bill { promise: self.gate.promise(self.purse, want).await?, charge: None, want });
        };
        let refused = |refused| match refused {
            Refused::Short(short) => self.gate.short(short),
            Refused::Store(problem) => {
                Failure::new("budget", format!("the tenant's budget can't be kept, so no model is asked: {problem}"))
            }
        };
        for race in 1.. {
            let fitting = account.fit(want).await.map_err(refused)?;
            let promise = self.gate.promise(self.purse, fitting).await?;
            match account.charge(promise.amount()).await {
                Ok(charge) => return Ok(Bill { promise, charge: Some(charge), want }),
                Err(Refused::Short(_)) if race < RACES => drop(promise.pay(Amount::default())),
                Err(other) => {
                    promise.pay(Amount::default());
                    return Err(refused(other));
                }
            }
        }
        Err(Failure::new("budget", "the tenant's budget is too much in demand"))
    }
}

impl Bill {
    /// The most that the model may answer.
    pub fn output_tokens(&self) -> u64 {
        self.promise.output_tokens
    }

    /// Pays what is reported. What is not, is paid as it was set aside; so is what is more than that, as it can't be.
    /// Whether it was more.
    pub async fn pay(self, usage: &Usage) -> bool {
        let amount = self.promise.amount();
        if usage.input_tokens.is_none() && usage.output_tokens.is_none() {
            return false;
        }
        let input = usage.input_tokens.unwrap_or(self.want.input_tokens);
        let output = usage.output_tokens.unwrap_or(self.promise.output_tokens);
        let computed = || self.want.price.map(|price| price.of(input, output));
        let cost = usage.cost.or_else(computed).unwrap_or(amount.cost);
        let took = Amount { tokens: input.saturating_add(output), cost };
        let paid = self.promise.pay(took);
        if let Some(charge) = self.charge {
            charge.settle(paid).await;
        }
        took.tokens > paid.tokens
    }

    /// Nobody was asked, or they refused.
    pub async fn free(self) {
        self.promise.pay(Amount::default());
        if let Some(charge) = self.charge {
            charge.settle(Amount::default()).await;
        }
    }
}

fn unpriced(model: &ModelName) -> Failure {
    Failure::new(
        "budget",
        format!(
            "nobody knows what '{model}' costs, so that the budget of money can't be kept: say input_price and \
             output_price in [providers.{}] of the configuration",
            model.provider
        ),
    )
}
