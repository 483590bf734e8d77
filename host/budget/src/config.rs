//! `[budgets]` of the configuration: limits for a day and a month.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value, json};

use llmspell_base::config::money;
use llmspell_base::money::NanoDollars;

use crate::account::{Plans, Rolling};

/// `[budgets]` of the configuration as it is parsed, before its values are checked.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub struct RawBudgets {
    all: RawRolling,
    each_tenant: RawRolling,
    tenants: BTreeMap<String, RawRolling>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct RawRolling {
    tokens_per_day: Option<u64>,
    tokens_per_month: Option<u64>,
    cost_per_day: Option<String>,
    cost_per_month: Option<String>,
}

impl RawBudgets {
    /// Checks the values. An error is one line that begins with the key, such as "budgets.all.cost_per_day".
    pub fn read(self) -> Result<Plans, String> {
        let tenants = self.tenants.into_iter();
        let tenants = tenants.map(|(name, plan)| Ok((name.clone(), plan.read(&format!("budgets.tenants.{name}"))?)));
        Ok(Plans {
            all: self.all.read("budgets.all")?,
            each_tenant: self.each_tenant.read("budgets.each_tenant")?,
            tenants: tenants.collect::<Result<_, String>>()?,
        })
    }
}

impl RawRolling {
    fn read(self, place: &str) -> Result<Rolling, String> {
        let tokens = |name: &str, tokens: Option<u64>| match tokens {
            Some(tokens) if !(1..=i64::MAX as u64).contains(&tokens) => {
                Err(format!("{place}.{name}: must be from 1 to {}, not {tokens}", i64::MAX))
            }
            tokens => Ok(tokens),
        };
        Ok(Rolling {
            tokens_per_day: tokens("tokens_per_day", self.tokens_per_day)?,
            tokens_per_month: tokens("tokens_per_month", self.tokens_per_month)?,
            cost_per_day: money(&format!("{place}.cost_per_day"), self.cost_per_day)?,
            cost_per_month: money(&format!("{place}.cost_per_month"), self.cost_per_month)?,
        })
    }
}

impl Plans {
    /// As JSON with the keys of `[budgets]`; what has no limit is absent.
    pub fn show(&self) -> Value {
        let tenants = self.tenants.iter().map(|(name, plan)| (name.clone(), plan.show()));
        json!({
            "each_tenant": self.each_tenant.show(), "tenants": tenants.collect::<Map<_, _>>(), "all": self.all.show(),
        })
    }
}

impl Rolling {
    fn show(&self) -> Value {
        let tokens = |tokens: Option<u64>| tokens.map(Value::from);
        let cost = |cost: Option<NanoDollars>| cost.map(|cost| cost.to_string().into());
        let all = [
            ("tokens_per_day", tokens(self.tokens_per_day)),
            ("tokens_per_month", tokens(self.tokens_per_month)),
            ("cost_per_day", cost(self.cost_per_day)),
            ("cost_per_month", cost(self.cost_per_month)),
        ];
        all.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect::<Map<_, _>>().into()
    }
}
