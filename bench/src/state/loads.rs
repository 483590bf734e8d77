//! What a load takes, where what is loaded is in memory.

use anyhow::{Context, Result};
use llmspell_wasm::state::{Place, Store};
use serde_json::{Value, json};

use super::bare::Bare;
use super::{Contender, Folder, in_turn, print, spell, store, tokio};
use crate::sandbox::Sandbox;

const ROUNDS: u32 = 9;
const LOADS: u32 = 20_000;
const KEYS: u32 = 1_000;

/// About 60 bytes of JSON.
fn value(number: u32) -> Value {
    json!({ "n": number, "name": "a name of a moderate length", "list": [1, 2, 3] })
}

/// The keys are fetched in the same order by everybody.
const SPELL: &str =
    "for i = 1, 20000 do local v = State.load('bench', 'k' .. i % 1000) if v.n ~= i % 1000 then error('wrong') end end
return 'done'";

pub fn measure(folder: &Folder) -> Result<()> {
    println!("### Loads\n");
    println!(
        "CPU time of one load of {} bytes of JSON among {KEYS} keys, {LOADS} in turn, {ROUNDS} rounds. The spell \
         makes a Lua table of it, the store alone a value of serde, bare sled only hands over the bytes.\n",
        value(1).to_string().len()
    );
    let tokio = tokio()?;
    let bare = Bare::open(&folder.at("bare-loads"))?;
    for number in 0..KEYS {
        bare.db.insert(format!("k{number}"), value(number).to_string().as_str())?;
    }
    for (kind, place) in [
        ("memory", Place::Memory),
        ("sled", Place::Sled(folder.at("loads"))),
        ("SQLite", Place::Sqlite(folder.at("loads.db"))),
    ] {
        let sandbox = Sandbox::with_store(store(place).1)?;
        let own = sandbox.store().clone();
        tokio.block_on(fill(&own))?;
        let alone = || {
            tokio.block_on(async {
                let tenant = own.tenant("local");
                for number in 1..=LOADS {
                    let found = tenant.load("bench", &format!("k{}", number % KEYS)).await?;
                    found.context("it is gone")?;
                }
                Ok(())
            })
        };
        let bare = || {
            for number in 1..=LOADS {
                bare.db.get(format!("k{}", number % KEYS))?.context("it is gone")?;
            }
            Ok(())
        };
        let mut contenders: Vec<Contender<'_>> = vec![
            ("bare sled", Box::new(bare)),
            ("the store alone", Box::new(alone)),
            ("a spell", Box::new(|| spell(&sandbox, SPELL))),
        ];
        let times = in_turn((ROUNDS, LOADS), crate::measure::cpu, &mut contenders)?;
        println!("Store: {kind}.\n");
        print(&times, "bare sled");
    }
    Ok(())
}

async fn fill(store: &Store) -> Result<()> {
    let tenant = store.tenant("local");
    for number in 0..KEYS {
        tenant.save("bench", &format!("k{number}"), &value(number)).await?;
    }
    Ok(())
}
