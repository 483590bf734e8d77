//! `[budgets]` of the configuration: limits for a day and a month.

use std::collections::BTreeMap;

use serde::Deserialize;

use llmspell_api::budget as api;
use llmspell_base::config::money;

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
    /// With the keys of `[budgets]`.
    pub fn show(&self) -> api::Plans {
        api::Plans {
            each_tenant: self.each_tenant.show(),
            tenants: self.tenants.iter().map(|(name, plan)| (name.clone(), plan.show())).collect(),
            all: self.all.show(),
        }
    }
}

impl Rolling {
    fn show(&self) -> api::Plan {
        api::Plan {
            tokens_per_day: self.tokens_per_day,
            tokens_per_month: self.tokens_per_month,
            cost_per_day: self.cost_per_day.map(|cost| cost.to_string()),
            cost_per_month: self.cost_per_month.map(|cost| cost.to_string()),
        }
    }
}
