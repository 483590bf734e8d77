//! The time of a save: of one writer that waits for each, and of many that share a disk sync.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use anyhow::Result;
use llmspell_wasm::state::{Place, Store};
use serde_json::{Value, json};

use super::bare::{Bare, Plain};
use super::{Contender, Counted, Folder, in_turn, print, spell, store, tokio};
use crate::measure::Times;
use crate::sandbox::Sandbox;
use crate::table::Table;

const ROUNDS: u32 = 9;
const SAVES: u32 = 100;

/// Another value each time: a store may skip the write of an equal one.
fn value() -> Value {
    static NUMBER: AtomicU64 = AtomicU64::new(0);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    json!({ "n": number, "name": "a name of a moderate length", "list": [1, 2, 3] })
}

const SPELL: &str = "local seed = math.random(1, 1 << 40)
for i = 1, 100 do
  State.save('bench', 'k' .. i, {n = seed + i, name = 'a name of a moderate length', list = {1, 2, 3}})
end
return 'done'";

pub fn measure(folder: &Folder) -> Result<()> {
    println!("### Saves, one after the other\n");
    println!(
        "Wall time of one save, {SAVES} in turn, {ROUNDS} rounds. What is not marked otherwise is on the disk; what a disk \
         takes swings with what others do on it.\n"
    );
    let tokio = tokio()?;
    let places = [
        ("memory, the store alone", "memory, a spell", Place::Memory),
        ("sled, the store alone", "sled, a spell", Place::Sled(folder.at("saves"))),
        ("SQLite, the store alone", "SQLite, a spell", Place::Sqlite(folder.at("saves.db"))),
    ];
    let mut sandboxes = Vec::new();
    for (alone, ours, place) in places {
        sandboxes.push((alone, ours, Sandbox::with_store(store(place).1)?));
    }
    let bare = Bare::open(&folder.at("bare-saves"))?;
    let mut plain = Plain::open(&folder.at("plain"))?;
    let text = || value().to_string();
    let each = |save: &dyn Fn(&str) -> Result<()>| (1..=SAVES).try_for_each(|number| save(&format!("k{number}")));
    let mut contenders: Vec<Contender<'_>> = vec![
        (
            "not durable: bare sled, insert only",
            Box::new(|| each(&|key| Ok(bare.db.insert(key, text().as_str()).map(drop)?))),
        ),
        ("not durable: bare sled, its own flush", Box::new(|| each(&|key| bare.flushed(key, &text())))),
        ("a plain file: overwrite and fdatasync", Box::new(|| (0..SAVES).try_for_each(|_| plain.write(&[1; 512])))),
        ("bare sled, flush and fdatasync", Box::new(|| each(&|key| bare.synced(key, &text())))),
    ];
    for (alone, ours, sandbox) in &sandboxes {
        let tokio = &tokio;
        let saves = move || tokio.block_on(save(sandbox.store(), "bench", SAVES));
        contenders.push((alone, Box::new(saves)));
        contenders.push((ours, Box::new(move || spell(sandbox, SPELL))));
    }
    let times = in_turn((ROUNDS, SAVES), super::wall, &mut contenders)?;
    print(&times, "bare sled, flush and fdatasync");
    Ok(())
}

async fn save(store: &Store, scope: &str, times: u32) -> Result<()> {
    let tenant = store.tenant("local");
    for number in 1..=times {
        tenant.save(scope, &format!("k{number}"), &value()).await?;
    }
    Ok(())
}

const MANY_ROUNDS: u32 = 5;
const EACH: u32 = 20;

/// Many writers at once: what they share.
pub fn many(folder: &Folder) -> Result<()> {
    println!("### Saves by many at once\n");
    println!(
        "Each writer makes {EACH} saves and waits for each, medians of {MANY_ROUNDS} rounds that take turns. Waits for the \
         disk are counted where the store asks for them itself: sled's.\n"
    );
    let tokio = tokio()?;
    let (sled, _, counted) = store(Place::Sled(folder.at("many")));
    let (sqlite, _, _) = store(Place::Sqlite(folder.at("many.db")));
    let bare = Arc::new(Bare::open(&folder.at("bare-many"))?);
    let mut table =
        Table::new(["writers", "bare sled + fdatasync, 1/s", "sled, 1/s", "to bare", "waits a save", "SQLite, 1/s"]);
    for writers in [1, 8, 64] {
        let mut times = [Vec::new(), Vec::new(), Vec::new()];
        let mut waits = 0;
        for round in 0..=MANY_ROUNDS {
            let before = counted.count();
            let taken = [threads(writers, &bare)?, tasks(&tokio, &sled, writers)?, tasks(&tokio, &sqlite, writers)?];
            if round > 0 {
                waits += Counted::count(&counted) - before;
                times.iter_mut().zip(taken).for_each(|(times, taken)| times.push(taken));
            }
        }
        let saves = f64::from(writers * EACH);
        let [bare, sled, sqlite] = times.map(|times| saves / Times::from_iter(times).median());
        let waits = waits as f64 / f64::from(MANY_ROUNDS) / saves;
        table.row([
            writers.to_string(),
            format!("{bare:.0}"),
            format!("{sled:.0}"),
            format!("{:.2}", sled / bare),
            format!("{waits:.2}"),
            format!("{sqlite:.0}"),
        ]);
    }
    table.print();
    Ok(())
}

/// Seconds until all tasks are done.
fn tasks(tokio: &tokio::runtime::Runtime, store: &Store, writers: u32) -> Result<f64> {
    let began = Instant::now();
    tokio.block_on(async {
        let start = |number: u32| {
            let store = store.clone();
            tokio::spawn(async move { save(&store, &format!("s{number}"), EACH).await })
        };
        for task in (0..writers).map(start).collect::<Vec<_>>() {
            task.await??;
        }
        Ok(began.elapsed().as_secs_f64())
    })
}

fn threads(writers: u32, bare: &Arc<Bare>) -> Result<f64> {
    let began = Instant::now();
    let start = |number: u32| {
        let bare = bare.clone();
        std::thread::spawn(move || {
            (0..EACH).try_for_each(|key| bare.synced(&format!("s{number}k{key}"), &value().to_string()))
        })
    };
    for thread in (0..writers).map(start).collect::<Vec<_>>() {
        thread.join().map_err(|_| anyhow::anyhow!("a writer panicked"))??;
    }
    Ok(began.elapsed().as_secs_f64())
}
