//! What is set aside for a call of a model, and what it came to.

use llmspell_api::budget::Unpriced;
use serde_json::json;

use super::Agents;
use llmspell_base::money::CostEstimate;
use llmspell_base::{Code, Failure};
use llmspell_budget::{Account, Amount, BudgetKind, BudgetOwner, Charge, Refused, Reservation, set_by};
use llmspell_kernel::CallContext;
use llmspell_models::{ModelName, Usage};

/// What is set aside for one call. Dropped unpaid, all of it is paid: it is unknown what the call took.
pub struct ModelCharge {
    reservation: Reservation,
    /// Of the tenant's budgets.
    charge: Option<Charge>,
    estimate: CostEstimate,
}

/// The budgets that pay: the agent's, the run's, the tenant's.
pub struct BudgetChain<'a> {
    pub cx: &'a CallContext,
    pub account: Option<&'a Account>,
}

/// How often others may be faster between a look at the tenant's budget and the charge to it.
const RACES: usize = 16;

impl BudgetChain<'_> {
    /// Where nothing is limited, nothing has to be estimated.
    pub fn is_bounded(&self) -> bool {
        self.account.is_some() || self.cx.budget().is_bounded()
    }

    /// Sets aside what a call may come to, in every budget or in none.
    pub async fn open(&self, model: &ModelName, estimate: CostEstimate) -> Result<ModelCharge, Failure> {
        if estimate.price.is_none()
            && let Some(whose) = self.limits_cost()
        {
            return Err(self.unpriced(model, whose));
        }
        let Some(account) = self.account else {
            return Ok(ModelCharge { reservation: self.cx.reserve(estimate).await?, charge: None, estimate });
        };
        let refused = |refused| match refused {
            Refused::InsufficientBudget(insufficient) => self.cx.insufficient(insufficient),
            Refused::Sums(problem) => Failure::new(
                Code::Budget,
                format!("the tenant's budget can't be kept, so no model is asked: {problem}"),
            ),
        };
        for race in 1.. {
            let fitting = account.fit(estimate).await.map_err(refused)?;
            let reservation = self.cx.reserve(fitting).await?;
            match account.charge(reservation.amount()).await {
                Ok(charge) => return Ok(ModelCharge { reservation, charge: Some(charge), estimate }),
                Err(Refused::InsufficientBudget(_)) if race < RACES => drop(reservation.pay(Amount::default())),
                Err(other) => {
                    reservation.pay(Amount::default());
                    return Err(refused(other));
                }
            }
        }
        Err(Failure::new(Code::Budget, "the tenant's budget is too much in demand"))
    }

    /// BudgetOwner budget it is that limits money; one that ends the run comes first.
    fn limits_cost(&self) -> Option<BudgetOwner> {
        let budgets = self
            .cx
            .budget()
            .gauges()
            .into_iter()
            .filter(|gauge| gauge.kind == BudgetKind::Cost)
            .map(|gauge| gauge.whose);
        let mut all = budgets.chain(self.account.and_then(Account::limits_cost)).collect::<Vec<_>>();
        all.sort_by_key(|whose| !whose.ends_the_run());
        all.first().copied()
    }

    /// A model without a known price may cost more than any budget has: as with each call that does not fit, the run ends, and an
    /// agent with a budget of its own fails.
    fn unpriced(&self, model: &ModelName, whose: BudgetOwner) -> Failure {
        let budget = match whose {
            BudgetOwner::Agent => "agent's",
            BudgetOwner::Run => "run's",
            BudgetOwner::Tenant(_) => "tenant's",
            BudgetOwner::All(_) => "tenants'",
        };
        let message = format!(
            "nobody knows what '{model}' costs, so that the {budget} budget of money can't be kept{}, and it is not \
             asked: set input_price and output_price (dollars for a million tokens) in [providers.{}] of the configuration",
            set_by(whose, BudgetKind::Cost),
            model.provider
        );
        let details =
            json!(Unpriced { budget: BudgetKind::Cost.into(), whose: whose.into(), model: model.to_string() });
        let failure = Failure { details: Some(details), ..Failure::new(Code::Budget, message) };
        match whose.ends_the_run() {
            true => self.cx.exhausted(BudgetKind::Cost, failure),
            false => failure,
        }
    }
}

impl Agents {
    /// Pays what is reported, and tells of what can't be.
    pub async fn pay(&self, charge: ModelCharge, usage: &Usage, cx: &CallContext) {
        if charge.pay(usage).await {
            let message = "a model's provider reported more tokens than it can have used: they are paid as set aside";
            self.hooks.audience().warn(cx, message, json!(usage.show()));
        }
    }
}

impl ModelCharge {
    /// The most that the model may answer.
    pub fn output_tokens(&self) -> u64 {
        self.reservation.output_tokens
    }

    /// What the spell is told of an answer that goes on beyond what was set aside for it, as its provider does not keep to
    /// what it was told. Where that was all that a budget had, the budget is spent. All that was set aside is paid.
    pub fn overrun(self, cx: &CallContext) -> Failure {
        let most = self.reservation.output_tokens;
        match self.reservation.bound {
            None => {
                let message =
                    format!("the answer was cut: it is longer than the {most} tokens that were set aside for it");
                Failure::new(Code::Budget, message)
            }
            Some(insufficient) => {
                let (budget, set_by) = insufficient.budget();
                let message = format!(
                    "the answer was cut: it is longer than the {most} tokens that were left for it of {budget}{set_by}"
                );
                cx.insufficient_with(insufficient, message)
            }
        }
    }

    /// Pays what is reported. What is not, is paid as it was set aside; so is what is more than that, as it can't be.
    /// Whether it was more.
    async fn pay(self, usage: &Usage) -> bool {
        let amount = self.reservation.amount();
        if usage.input_tokens.is_none() && usage.output_tokens.is_none() {
            return false;
        }
        let input = usage.input_tokens.unwrap_or(self.estimate.input_tokens);
        let output = usage.output_tokens.unwrap_or(self.reservation.output_tokens);
        let computed = || self.estimate.price.map(|price| price.of(input, output));
        let cost = usage.cost.or_else(computed).unwrap_or(amount.cost);
        let took = Amount { tokens: input.saturating_add(output), cost };
        let paid = self.reservation.pay(took);
        if let Some(charge) = self.charge {
            charge.settle(paid).await;
        }
        took.tokens > paid.tokens
    }

    /// Pays nothing: the model was not asked, or it refused.
    pub async fn free(self) {
        self.reservation.pay(Amount::default());
        if let Some(charge) = self.charge {
            charge.settle(Amount::default()).await;
        }
    }
}
