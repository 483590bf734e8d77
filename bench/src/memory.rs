//! Resident memory of spells that are in the middle of a run, and of native states.
//!
//! Each kind is measured in a process of its own, where nothing else has left free memory behind.

use std::process::Command;
use std::rc::Rc;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use llmspell_wasm::{CancellationToken, Config, Grants, Limits, Runtime, Spell, Transcript};

use crate::language::{LANGUAGES, Language};
use crate::native;
use crate::table::Table;

const LIVE: u32 = 200;

/// The argument by which this program runs itself.
pub const ARGUMENT: &str = "--memory";

pub fn compare(languages: &[&Language]) -> Result<()> {
    let one = |kind: &str| -> Result<f64> {
        let out = Command::new(std::env::current_exe()?).args([ARGUMENT, kind]).output()?;
        let text = String::from_utf8_lossy(&out.stdout);
        text.trim().parse().with_context(|| String::from_utf8_lossy(&out.stderr).into_owned())
    };
    let mut table = Table::new(["kind", "KiB each"]);
    for language in languages {
        let mut row = |what: &str, kind: &str| -> Result<()> {
            let kibibytes = one(&format!("{kind} {}", language.word))? / 1024.0;
            table.row([format!("{}: {what}", language.name), format!("{kibibytes:.0}")]);
            Ok(())
        };
        row("native state that waits", "native")?;
        row("spell that waits in util.sleep", "sandbox")?;
    }
    println!("## Memory\n");
    println!("Growth of the memory that the process takes (Pss) with {LIVE} of them alive, for each.\n");
    table.print();
    Ok(())
}

/// Prints the bytes for one of them.
pub fn measure(kind: &str) -> Result<()> {
    let (side, word) = kind.split_once(' ').unwrap_or_default();
    let language = LANGUAGES.iter().find(|language| language.word == word).context("no such language")?;
    let bytes = match (side, word) {
        ("native", "lua") => alive(|| lua_that_waits(language))?,
        ("native", _) => alive(|| javascript_that_waits(language))?,
        _ => spells(language)?,
    };
    println!("{bytes}");
    Ok(())
}

fn lua_that_waits(language: &Language) -> Result<impl Sized + use<>> {
    let lua = native::lua::state()?;
    let body = format!("{} coroutine.yield()", language.weighed);
    let thread = lua.create_thread(lua.load(body).into_function()?)?;
    thread.resume::<()>(())?;
    Ok((lua, thread))
}

fn javascript_that_waits(language: &Language) -> Result<impl Sized + use<>> {
    let state = native::javascript::State::new()?;
    let result = state.begin(&format!("{} await new Promise(() => {{}})", language.weighed))?;
    ensure!(result.is_none(), "a program has not waited");
    Ok(state)
}

fn alive<T>(make: impl Fn() -> Result<T>) -> Result<f64> {
    let _first = make()?;
    let before = resident()?;
    let live = (0..LIVE).map(|_| make()).collect::<Result<Vec<_>>>()?;
    let after = resident()?;
    drop(live);
    Ok((after - before) / f64::from(LIVE))
}

fn spells(language: &Language) -> Result<f64> {
    let config =
        Config::from_toml(&format!("instances = {0}\ntenant_runs = {0}\nmemory_total = '64GiB'", LIVE + 1), &|_| None)?;
    let runtime = Rc::new(Runtime::new(config)?);
    let (heard, cancel) = (Transcript::default(), CancellationToken::new());
    let start = || {
        let mut spell = Spell::new(language.word, "bench", &format!("{}{}", language.weighed, language.waits));
        (spell.listener, spell.cancel) = (Box::new(heard.clone()), cancel.clone());
        let runtime = runtime.clone();
        tokio::task::spawn_local(async move { runtime.run(spell, Grants::default(), Limits::default()).await })
    };
    let ready = async |number: u32| {
        while heard.heard().output.len() < number as usize * "ready\n".len() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    let work = async {
        let first = start();
        ready(1).await;
        let before = resident()?;
        let live: Vec<_> = (0..LIVE).map(|_| start()).collect();
        ready(LIVE + 1).await;
        let after = resident()?;
        ensure!(!first.is_finished() && !live.iter().any(|run| run.is_finished()), "a spell has not waited");
        Ok((after - before) / f64::from(LIVE))
    };
    let tokio = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let bytes = tokio.block_on(tokio::task::LocalSet::new().run_until(work));
    cancel.cancel();
    bytes
}

/// Bytes of this process that lie in memory. Pages of a snapshot that many spells share count once.
fn resident() -> Result<f64> {
    let text = std::fs::read_to_string("/proc/self/smaps_rollup").context("only Linux tells how much is resident")?;
    let line = text.lines().find_map(|line| line.strip_prefix("Pss:")).context("no Pss")?;
    Ok(line.trim().trim_end_matches(" kB").parse::<f64>()? * 1024.0)
}
