//! Written by hand where the others are generated: only here an import needs the store, which knows what fuel is left.

use std::future::Future;

use serde_json::{Value, json};
use wasmtime::StoreContextMut;
use wasmtime::component::{HasData, Linker};

use crate::gate::purse::{Gauge, tightest};
use crate::gate::{Call, Need};
use crate::runtime::spell_state::SpellState;

pub trait Host: Send {
    fn remaining(&mut self, fuel: u64, within: Option<u64>) -> impl Future<Output = wasmtime::Result<String>> + Send;
}

impl Host for SpellState {
    async fn remaining(&mut self, fuel: u64, within: Option<u64>) -> wasmtime::Result<String> {
        let arguments = || json!({});
        let call = Call { name: "budget.remaining", need: Need::Nothing, bytes: 8, arguments };
        let Ok(pass) = self.gate.admit(call)? else { return Ok(String::new()) };
        let gauges = self.gauges(within).await;
        let left = self.left(fuel, &gauges).to_string();
        Ok(self.gate.settle(pass, Ok(left))?.unwrap_or_default())
    }
}

impl SpellState {
    /// Of tokens and money, from the inside out.
    fn gauges(&self, within: Option<u64>) -> impl Future<Output = Vec<Gauge>> + Send + use<> {
        let purse = self.calls.purse(within);
        let mut gauges = purse.as_ref().unwrap_or_else(|| self.gate.purse()).gauges();
        let account = self.services.agent.account.clone();
        async move {
            if let Some(account) = account {
                // A store that can't tell lets nothing be asked.
                gauges.extend(account.gauges().await.unwrap_or_else(|_| account.empty_gauges()));
            }
            gauges
        }
    }

    fn left(&self, fuel: u64, gauges: &[Gauge]) -> Value {
        let (limits, used) = (self.gate.limits(), self.gate.ledger());
        let (handles, operations) = self.gate.free_slots();
        let wall_time = limits.wall_time.as_millis() as u64;
        let mut all = json!({
            "fuel": fuel,
            "memory_bytes": limits.memory_bytes.saturating_sub(self.memory.used()),
            "wall_time_ms": wall_time.saturating_sub(self.services.clock.elapsed() / 1_000_000),
            "output_bytes": limits.output_bytes.saturating_sub(used.output_bytes),
            "host_calls": limits.host_calls.saturating_sub(used.host_calls),
            "host_bytes": limits.host_bytes.saturating_sub(used.host_bytes),
            "tool_calls": limits.tool_calls.saturating_sub(used.tool_calls),
            "handles": handles, "operations": operations,
            "budgets": gauges.iter().map(Gauge::show).collect::<Vec<_>>(),
        });
        let left = tightest(gauges);
        if let (Some(all), Some(tokens)) = (all.as_object_mut(), left.tokens) {
            all.insert("tokens".into(), tokens.into());
        }
        if let (Some(all), Some(cost)) = (all.as_object_mut(), left.cost) {
            all.insert("cost".into(), cost.to_string().into());
        }
        all
    }
}

/// The generated ones have functions that run at the same time as others; here are none.
pub trait HostWithStore<T>: HasData {}

impl<T, D: HasData> HostWithStore<T> for D {}

impl<T: Host + ?Sized> Host for &mut T {
    fn remaining(&mut self, fuel: u64, within: Option<u64>) -> impl Future<Output = wasmtime::Result<String>> + Send {
        T::remaining(self, fuel, within)
    }
}

/// As the generated ones are called.
pub fn add_to_linker<T, D>(linker: &mut Linker<T>, host: fn(&mut T) -> D::Data<'_>) -> wasmtime::Result<()>
where
    T: Send + 'static,
    D: HasData,
    for<'a> D::Data<'a>: Host,
{
    let mut budget = linker.instance("llmspell:spell/budget@0.1.0")?;
    budget.func_wrap_async("remaining", move |mut store: StoreContextMut<'_, T>, (within,): (Option<u64>,)| {
        Box::new(async move {
            let fuel = store.get_fuel()?;
            Ok((host(store.data_mut()).remaining(fuel, within).await?,))
        })
    })
}
