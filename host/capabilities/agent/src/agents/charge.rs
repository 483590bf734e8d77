//! What a model call reserves in the budgets, and what it is charged.

use llmspell_api::budget::Unpriced;
use serde_json::json;

use super::Agents;
use llmspell_base::money::CostEstimate;
use llmspell_base::{Code, Failure};
use llmspell_budget::{Account, Amount, BudgetKind, BudgetOwner, Charge, Refused, Reservation, set_by};
use llmspell_kernel::CallContext;
use llmspell_models::{ModelName, Usage};

/// The reservations of one call. Dropped before they are settled, they are charged in full: what the call took is unknown.
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

impl BudgetChain<'_> {
    /// Where nothing is limited, nothing has to be estimated.
    pub fn is_bounded(&self) -> bool {
        self.account.is_some() || self.cx.budget().is_bounded()
    }

    /// Reserves the estimate of a call, in every budget or in none.
    pub async fn reserve(&self, model: &ModelName, estimate: CostEstimate) -> Result<ModelCharge, Failure> {
        if estimate.price.is_none()
            && let Some(whose) = self.limits_cost()
        {
            return Err(self.unpriced(model, whose));
        }
        let Some(account) = self.account else {
            return Ok(ModelCharge { reservation: self.cx.reserve(estimate).await?, charge: None, estimate });
        };
        let reserved = account.reserve(self.cx.budget(), estimate).await;
        let (reservation, charge) = reserved.map_err(|refused| match refused {
            Refused::InsufficientBudget(insufficient) => self.cx.insufficient(insufficient),
            Refused::Sums(problem) => Failure::new(
                Code::Budget,
                format!("the tenant's budget can't be read, so no model is called: {problem}"),
            ),
        })?;
        Ok(ModelCharge { reservation, charge: Some(charge), estimate })
    }

    /// The owner of the budget that limits money; owners whose exhaustion ends the run come first.
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
            "the price of '{model}' is unknown, so the {budget} cost budget can't be enforced{}, and the model is not \
             called: set input_price and output_price (dollars per million tokens) in [providers.{}] of the configuration",
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
    /// Charges the reported usage, and warns of an implausible report.
    pub async fn pay(&self, charge: ModelCharge, usage: &Usage, cx: &CallContext) {
        if charge.pay(usage).await {
            let message =
                "a model's provider reported more tokens than it can have used: the reserved amount is charged";
            self.hooks.listener().warn(cx, message, json!(usage.show()));
        }
    }
}

impl ModelCharge {
    /// The most that the model may answer.
    pub fn output_tokens(&self) -> u64 {
        self.reservation.output_tokens
    }

    /// The failure of an answer that is longer than its reservation, because its provider ignores the requested maximum. If
    /// the reservation was all that a budget had left, the budget is spent. The whole reservation is charged.
    pub fn overrun(self, cx: &CallContext) -> Failure {
        let most = self.reservation.output_tokens;
        match self.reservation.bound {
            None => {
                let message =
                    format!("the answer was cut: it is longer than the {most} tokens that were reserved for it");
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

    /// Charges the reported usage, capped at the reservation. Unreported usage is charged in full. Returns true if more was
    /// reported than reserved.
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

    /// Charges nothing: the model was not called, or it refused.
    pub async fn free(self) {
        self.reservation.pay(Amount::default());
        if let Some(charge) = self.charge {
            charge.settle(Amount::default()).await;
        }
    }
}
