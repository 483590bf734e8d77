//! `budget`: what is left of a run's limits and budgets.
//!
//! Linked by hand where the others are generated: only here an import needs the store, which knows what fuel is left.

use std::future::Future;

use llmspell_api::budget::Remaining;
use llmspell_budget::{Account, Accounts, Gauge, tightest};
use llmspell_kernel::args::Arg;
use llmspell_kernel::{Capability, Import, ImportData, ImportOf, Linker, Options, Run, RunState};
use serde_json::json;
use wasmtime::StoreContextMut;
use wasmtime::component::HasData;

/// The interface `budget`.
pub struct BudgetCapability {
    /// What tenants may spend in a day and a month.
    pub accounts: Accounts,
}

impl Capability for BudgetCapability {
    type Instance = TenantAccount;

    fn link(linker: &mut Linker<RunState>, import: ImportOf<TenantAccount>) -> wasmtime::Result<()> {
        add_to_linker::<_, ImportData<TenantAccount>>(linker, import)
    }

    fn prepare(&self, run: &mut Run, _: &Options) -> wasmtime::Result<TenantAccount> {
        let account = self.accounts.account(run.tenant(), &run.clock);
        run.offer(account.clone());
        Ok(TenantAccount(account))
    }
}

/// The account of the run's tenant, where tenants have budgets. Offered to later capabilities as `Option<Account>`.
pub struct TenantAccount(Option<Account>);

/// What is left of the limits and budgets of a run whose guest has so much fuel, as the spell would get it: for a prompt.
pub async fn remaining(state: &mut RunState, fuel: u64) -> wasmtime::Result<Option<Remaining>> {
    let Some(mut import) = state.reach::<TenantAccount>() else { return Ok(None) };
    Ok(serde_json::from_str(&import.remaining(fuel, None).await?).ok())
}

trait Host: Send {
    fn remaining(
        &mut self,
        fuel: u64,
        parent_call: Option<u64>,
    ) -> impl Future<Output = wasmtime::Result<String>> + Send;
}

impl Host for Import<'_, TenantAccount> {
    async fn remaining(&mut self, fuel: u64, parent_call: Option<u64>) -> wasmtime::Result<String> {
        let Ok(admitted) = self.call("budget.remaining").arg("", Arg::Unrecorded(8)).admit()? else {
            return Ok(String::new());
        };
        let mut gauges = self.run.budget(parent_call).gauges();
        if let Some(account) = &self.own.0 {
            // A store that can't tell lets no model be called.
            gauges.extend(account.gauges().await.unwrap_or_else(|_| account.empty_gauges()));
        }
        let left = json!(left(self.run, fuel, &gauges)).to_string();
        Ok(self.settle(admitted, Ok(left))?.unwrap_or_default())
    }
}

fn left(run: &Run, fuel: u64, gauges: &[Gauge]) -> Remaining {
    let (limits, used) = (run.limits(), run.ledger());
    let (handles, operations) = run.free_slots();
    let wall_time = limits.wall_time.as_millis() as u64;
    let least = tightest(gauges);
    Remaining {
        fuel,
        memory_bytes: limits.memory_bytes.saturating_sub(run.memory_used()),
        wall_time_ms: wall_time.saturating_sub(run.elapsed() / 1_000_000),
        output_bytes: limits.output_bytes.saturating_sub(used.output_bytes),
        host_calls: limits.host_calls.saturating_sub(used.host_calls),
        host_bytes: limits.host_bytes.saturating_sub(used.host_bytes),
        tool_calls: limits.tool_calls.saturating_sub(used.tool_calls),
        handles,
        operations,
        budgets: gauges.iter().map(Gauge::show).collect(),
        tokens: least.tokens,
        cost: least.cost.map(|cost| cost.to_string()),
    }
}

/// As the generated ones are called.
fn add_to_linker<T, D>(linker: &mut Linker<T>, host: fn(&mut T) -> D::Data<'_>) -> wasmtime::Result<()>
where
    T: Send + 'static,
    D: HasData,
    for<'a> D::Data<'a>: Host,
{
    let mut budget = linker.instance("llmspell:spell/budget@0.1.0")?;
    budget.func_wrap_async("remaining", move |mut store: StoreContextMut<'_, T>, (parent_call,): (Option<u64>,)| {
        Box::new(async move {
            let fuel = store.get_fuel()?;
            Ok((host(store.data_mut()).remaining(fuel, parent_call).await?,))
        })
    })
}
