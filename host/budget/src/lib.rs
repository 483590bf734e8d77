//! Budgets of tokens and money.
//!
//! A [`Budget`] lies in memory and within others: of an agent, of a run. An [`Account`] is what a tenant, or all tenants
//! together, may spend in a day and a month, over all runs and processes that share a store.

#![deny(missing_docs)]

mod account;
mod budget;
mod config;
mod period;
mod sums;

pub use account::{Account, Accounts, Charge, Plans, Refused, Rolling};
pub use budget::{
    Allowance, Amount, Budget, BudgetKind, BudgetOwner, FittedEstimate, Gauge, Headroom, InsufficientBudget,
    Reservation, set_by, tightest,
};
pub use config::RawBudgets;
pub use period::Period;
pub use sums::{Increment, Sums, SumsError, SumsFuture};
