//! Opening a store, empty and with many tenants.

use std::time::Instant;

use anyhow::{Context, Result};
use futures::future::try_join_all;
use llmspell_wasm::state::{Change, Condition, Lifetime, Place, Store};

use super::{Folder, bytes, store, tokio};
use crate::measure::Times;
use crate::table::Table;

const TENANTS: u32 = 10_000;
const KEYS: u32 = 5;
const ROUNDS: u32 = 7;

pub fn measure(folder: &Folder) -> Result<()> {
    println!("### Opening, and {TENANTS} tenants\n");
    println!(
        "Medians of {ROUNDS} openings in one process. The tenants have {KEYS} small keys each; the load is of one tenant after \
         the other, each from another page of the store.\n"
    );
    let tokio = tokio()?;
    let mut table =
        Table::new(["store", "make, ms", "open, ms", "fill, s", "open full, ms", "load, µs", "on disk, MB"]);
    for (kind, name) in [("sled", "tenants"), ("SQLite", "tenants.db")] {
        let own = folder.at(&format!("{name}.folder"));
        let place = || if kind == "sled" { Place::Sled(own.join("s")) } else { Place::Sqlite(own.join("s.db")) };
        let open = || -> Result<(f64, Store)> {
            let (store, ..) = store(place());
            let began = Instant::now();
            tokio.block_on(async { store.open(|_| ()).await.map(drop) })?;
            Ok((began.elapsed().as_secs_f64(), store))
        };
        let often = || -> Result<f64> {
            let times = (0..ROUNDS).map(|_| Ok(open()?.0)).collect::<Result<Vec<f64>>>()?;
            Ok(Times::from_iter(times).median())
        };
        let made = open()?.0;
        let empty = often()?;
        let filled = {
            let (_, store) = open()?;
            let began = Instant::now();
            tokio.block_on(fill(&store))?;
            began.elapsed().as_secs_f64()
        };
        let full = often()?;
        let (_, store) = open()?;
        let began = Instant::now();
        tokio.block_on(async {
            for number in 0..TENANTS {
                let found = store.tenant(format!("tenant {number}")).load("s", "k3").await?;
                found.context("it is gone")?;
            }
            anyhow::Ok(())
        })?;
        let load = began.elapsed().as_secs_f64() / f64::from(TENANTS);
        let milliseconds = |seconds: f64| format!("{:.1}", seconds * 1e3);
        table.row([
            kind.into(),
            milliseconds(made),
            milliseconds(empty),
            format!("{filled:.1}"),
            milliseconds(full),
            format!("{:.1}", load * 1e6),
            format!("{:.1}", bytes(&own)? as f64 / 1e6),
        ]);
    }
    table.print();
    Ok(())
}

/// 64 tenants at a time, as a service would see them.
async fn fill(store: &Store) -> Result<()> {
    let numbers: Vec<u32> = (0..TENANTS).collect();
    for group in numbers.chunks(64) {
        let one = |number: &u32| {
            let (scope, value, condition) = (String::from("s"), String::from("{\"n\":1}"), Condition::Any);
            let put = |key: u32| Change::Put {
                scope: scope.clone(),
                key: format!("k{key}"),
                value: value.clone(),
                condition,
                lifetime: Lifetime::Unlimited,
            };
            let changes = (0..KEYS).map(put).collect();
            let tenant = store.tenant(format!("tenant {number}"));
            async move { tenant.commit(changes).await }
        };
        try_join_all(group.iter().map(one)).await?;
    }
    Ok(())
}
