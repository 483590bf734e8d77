//! What is set aside for a call of a model, and what it came to.

use crate::failure::Failure;
use crate::gate::Inside;
use crate::gate::purse::{Amount, Promise, Purse, Want};
use crate::services::model::{ModelName, Usage};

/// Of one call. Dropped unpaid, all that was set aside is paid: nobody knows what the call took.
pub struct Bill {
    promise: Promise,
    want: Want,
}

impl Bill {
    pub async fn open(gate: &Inside, purse: &Purse, model: &ModelName, want: Want) -> Result<Bill, Failure> {
        Ok(Bill { promise: gate.promise(purse, model, want).await?, want })
    }

    /// The most that the model may answer.
    pub fn output_tokens(&self) -> u64 {
        self.promise.output_tokens
    }

    /// Pays what is reported. What is not, is paid as it was set aside; so is what is more than that, as it can't be.
    pub fn pay(self, usage: &Usage) {
        let amount = self.promise.amount();
        if usage.input_tokens.is_none() && usage.output_tokens.is_none() {
            return;
        }
        let input = usage.input_tokens.unwrap_or(self.want.input_tokens);
        let output = usage.output_tokens.unwrap_or(self.promise.output_tokens);
        let computed = || self.want.price.map(|price| price.of(input, output));
        let cost = usage.cost.or_else(computed).unwrap_or(amount.cost);
        self.promise.pay(Amount { tokens: input.saturating_add(output), cost });
    }

    /// Nobody was asked, or they refused.
    pub fn free(self) {
        self.promise.pay(Amount::default());
    }
}
