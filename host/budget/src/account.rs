//! Budgets of tenants, and of all tenants together, for a day and a month. Their sums are kept in the store, so that
//! neither many small runs nor several processes on one store can exceed them.
//!
//! Before a model is asked, what it may come to is added to the sums in the store; after the answer, what was not used is
//! taken off again. A process that dies in between leaves the whole as spent.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;

use llmspell_base::clock::Clock;
use llmspell_base::money::{CostEstimate, NanoDollars};

use crate::budget::{Amount, Budget, BudgetKind, BudgetOwner, FittedEstimate, Gauge, InsufficientBudget, Reservation};
use crate::period::{Period, dates};
use crate::sums::{Increment, Sums, SumsError};

/// Limits for a day and a month; `None` is no limit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rolling {
    /// Input and output tokens in one day (UTC).
    pub tokens_per_day: Option<u64>,
    /// Input and output tokens in one calendar month (UTC).
    pub tokens_per_month: Option<u64>,
    /// Money in one day (UTC).
    pub cost_per_day: Option<NanoDollars>,
    /// Money in one calendar month (UTC).
    pub cost_per_month: Option<NanoDollars>,
}

/// The limits of all tenants. By default nothing is limited, and then no store is touched.
#[derive(Clone, Debug, Default)]
pub struct Plans {
    /// All tenants together.
    pub all: Rolling,
    /// Each tenant that has no plan of its own.
    pub each_tenant: Rolling,
    /// Plans by the tenant's name, in place of `each_tenant`.
    pub tenants: BTreeMap<String, Rolling>,
}

/// The accounts of a runtime's tenants. Clones share them.
#[derive(Clone)]
pub struct Accounts(Arc<Shared>);

struct Shared {
    plans: Plans,
    sums: Arc<dyn Sums>,
    /// By row: what this process has been reserved and has not settled.
    reserved: Mutex<BTreeMap<Row, u64>>,
    freed: Notify,
}

/// One tenant's account: its own limits and those of all tenants.
#[derive(Clone)]
pub struct Account {
    budgets: Accounts,
    tenant: Arc<str>,
    clock: Clock,
}

/// An amount that was added to the sums. Dropped unsettled, it stays there.
#[must_use = "what is not settled stays spent"]
pub struct Charge {
    account: Account,
    rows: Vec<Row>,
    amount: Amount,
}

/// One sum of the store.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Row {
    scope: String,
    key: String,
    limit: u64,
    kind: BudgetKind,
    whose: BudgetOwner,
    /// When it is of no use any more, in milliseconds since 1970: by its date, so that no clock that is set back makes it
    /// end early.
    until: u64,
}

/// Why nothing was reserved.
#[derive(Debug)]
pub enum Refused {
    /// Too little is left in one of the sums.
    InsufficientBudget(InsufficientBudget),
    /// The sums can't be kept, so no model is asked.
    Sums(SumsError),
}

/// How long a call waits for others to settle. As in `Budget`.
const PATIENCE: Duration = Duration::from_secs(30);

/// How often other calls may be faster between reading the sums and charging them.
const RACES: usize = 16;

impl Accounts {
    /// The accounts of a runtime, whose sums are kept in `sums`.
    pub fn new(plans: Plans, sums: Arc<dyn Sums>) -> Accounts {
        Accounts(Arc::new(Shared { plans, sums, reserved: Mutex::default(), freed: Notify::new() }))
    }

    /// `None` where nothing is limited.
    pub fn account(&self, tenant: &str, clock: &Clock) -> Option<Account> {
        let limits = [self.0.plans.all, self.plan(tenant)];
        let is_limited = limits.iter().any(|limits| *limits != Rolling::default());
        is_limited.then(|| Account { budgets: self.clone(), tenant: tenant.into(), clock: clock.clone() })
    }

    fn plan(&self, tenant: &str) -> Rolling {
        self.0.plans.tenants.get(tenant).copied().unwrap_or(self.0.plans.each_tenant)
    }

    fn reserved(&self) -> MutexGuard<'_, BTreeMap<Row, u64>> {
        // One number at a time.
        self.0.reserved.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds to the sums, or takes off them; answers what they are then.
    async fn add(&self, rows: &[Row], amount: Amount, is_added: bool) -> Result<Vec<u64>, SumsError> {
        let increment = |row: &Row| {
            let by = i64::try_from(row.part_of(amount)).unwrap_or(i64::MAX);
            if is_added { by } else { -by }
        };
        let changes =
            rows.iter().map(|row| Increment { scope: &row.scope, key: &row.key, by: increment(row), until: row.until });
        self.0.sums.add(changes.collect()).await
    }
}

impl Account {
    /// The owner of the innermost limit on money: with one, prices have to be known.
    pub fn limits_cost(&self) -> Option<BudgetOwner> {
        self.rows().iter().find(|row| row.kind == BudgetKind::Cost).map(|row| row.whose)
    }

    /// Each budget that holds today, from the inside out.
    pub async fn gauges(&self) -> Result<Vec<Gauge>, SumsError> {
        let rows = self.rows();
        let spent = self.budgets.0.sums.read(rows.iter().map(|row| (&*row.scope, &*row.key)).collect()).await?;
        let mut gauges = Vec::new();
        for (row, spent) in rows.into_iter().zip(spent) {
            let reserved = self.budgets.reserved().get(&row).copied().unwrap_or(0);
            gauges.push(row.gauge(spent, reserved));
        }
        Ok(gauges)
    }

    /// The gauges where the store can't be read: nothing is left in any of them, so that no model is asked.
    pub fn empty_gauges(&self) -> Vec<Gauge> {
        self.rows().iter().map(|row| row.gauge(row.limit, 0)).collect()
    }

    /// Reserves the estimate in the budget and its ancestors, and charges it here; or does neither.
    pub async fn reserve(&self, budget: &Budget, estimate: CostEstimate) -> Result<(Reservation, Charge), Refused> {
        let mut races = 0;
        loop {
            let fitted = self.fit(estimate).await?;
            let reservation = budget.reserve(fitted).await.map_err(Refused::InsufficientBudget)?;
            match self.charge(reservation.amount()).await {
                Ok(charge) => return Ok((reservation, charge)),
                Err(refused) => {
                    reservation.pay(Amount::default());
                    races += 1;
                    if races == RACES || !matches!(refused, Refused::InsufficientBudget(_)) {
                        return Err(refused);
                    }
                }
            }
        }
    }

    /// Lowers what is wanted to what is left, or refuses it. Waits a while where other calls of this process hold what is
    /// missing.
    pub async fn fit(&self, estimate: CostEstimate) -> Result<FittedEstimate, Refused> {
        let patience = tokio::time::sleep(PATIENCE);
        tokio::pin!(patience);
        loop {
            let freed = self.budgets.0.freed.notified();
            tokio::pin!(freed);
            freed.as_mut().enable();
            match self.try_fit(estimate).await {
                Err(Refused::InsufficientBudget(short)) if short.reserved => {
                    tokio::select! {
                        () = freed => {}
                        () = &mut patience => return Err(Refused::InsufficientBudget(short)),
                    }
                }
                answer => return answer,
            }
        }
    }

    async fn try_fit(&self, estimate: CostEstimate) -> Result<FittedEstimate, Refused> {
        let mut fitting = FittedEstimate::from(estimate);
        for gauge in self.gauges().await.map_err(Refused::Sums)? {
            if let Some(headroom) = gauge.headroom(estimate) {
                fitting = fitting.fit(headroom.map_err(Refused::InsufficientBudget)?);
            }
        }
        Ok(fitting)
    }

    /// Adds it to the sums. Refused where others were faster.
    pub async fn charge(&self, amount: Amount) -> Result<Charge, Refused> {
        let (rows, budgets) = (self.rows(), &self.budgets);
        let sums = budgets.add(&rows, amount, true).await.map_err(Refused::Sums)?;
        let over = rows.iter().zip(sums).find(|(row, sum)| *sum > row.limit);
        if let Some((row, sum)) = over {
            budgets.add(&rows, amount, false).await.map_err(Refused::Sums)?;
            let needed = row.part_of(amount);
            let gauge = row.gauge(sum.saturating_sub(needed), 0);
            return Err(Refused::InsufficientBudget(gauge.short(gauge.left, needed, true)));
        }
        for row in &rows {
            *budgets.reserved().entry(row.clone()).or_default() += row.part_of(amount);
        }
        Ok(Charge { account: self.clone(), rows, amount })
    }

    /// The sums that hold today, from the inside out.
    fn rows(&self) -> Vec<Row> {
        let (day, month) = dates(self.clock.now());
        let own = format!("tenant:{}", self.tenant);
        let plans = [(self.budgets.plan(&self.tenant), own), (self.budgets.0.plans.all, "all".to_owned())];
        let mut rows = Vec::new();
        for (plan, scope) in plans {
            let whose = |period| if scope == "all" { BudgetOwner::All(period) } else { BudgetOwner::Tenant(period) };
            let cost = |cost: Option<NanoDollars>| cost.map(|cost| cost.0);
            for (limit, kind, period) in [
                (plan.tokens_per_day, BudgetKind::Tokens, Period::Day),
                (plan.tokens_per_month, BudgetKind::Tokens, Period::Month),
                (cost(plan.cost_per_day), BudgetKind::Cost, Period::Day),
                (cost(plan.cost_per_month), BudgetKind::Cost, Period::Month),
            ] {
                let Some(limit) = limit else { continue };
                let date = if period == Period::Day { &day } else { &month };
                let until = period.until(&month);
                let what = if kind == BudgetKind::Tokens { "tokens" } else { "cost" };
                let key = format!("{what}:{date}");
                rows.push(Row { scope: scope.clone(), key, limit, kind, whose: whose(period), until });
            }
        }
        rows
    }
}

impl Charge {
    /// Takes off what was not used.
    pub async fn settle(mut self, paid: Amount) {
        let unused = Amount {
            tokens: self.amount.tokens.saturating_sub(paid.tokens),
            cost: NanoDollars(self.amount.cost.0.saturating_sub(paid.cost.0)),
        };
        if unused != Amount::default() {
            // What can't be taken off stays spent: no tenant gets more than its limit.
            let _ = self.account.budgets.add(&self.rows, unused, false).await;
        }
        self.end();
    }

    fn end(&mut self) {
        let mut reserved = self.account.budgets.reserved();
        for row in self.rows.drain(..) {
            let part = row.part_of(self.amount);
            if let Some(held) = reserved.get_mut(&row) {
                *held = held.saturating_sub(part);
                if *held == 0 {
                    reserved.remove(&row);
                }
            }
        }
        drop(reserved);
        self.account.budgets.0.freed.notify_waiters();
    }
}

impl Drop for Charge {
    fn drop(&mut self) {
        if !self.rows.is_empty() {
            self.end();
        }
    }
}

impl Row {
    fn part_of(&self, amount: Amount) -> u64 {
        match self.kind {
            BudgetKind::Tokens => amount.tokens,
            BudgetKind::Cost => amount.cost.0,
        }
    }

    /// What was reserved is among what is spent.
    fn gauge(&self, spent: u64, reserved: u64) -> Gauge {
        let left = self.limit.saturating_sub(spent);
        let free = left.saturating_add(reserved).min(self.limit);
        Gauge { whose: self.whose, kind: self.kind, allowed: self.limit, free, left }
    }
}

#[cfg(test)]
mod tests;
