//! State: from a spell, beside the store alone, beside bare sled, beside the disk. Loads by CPU time, as everything here;
//! saves by wall time, as most of it is waiting.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};
use std::{fs, io};

use anyhow::{Context, Result, ensure};
use llmspell_wasm::state::{Disk, Place, Settings, Store};

use crate::measure::Times;
use crate::table::Table;

mod bare;
mod loads;
mod saves;
mod tenants;

pub fn measure() -> Result<()> {
    let folder = Folder::new("state")?;
    println!("## State\n");
    loads::measure(&folder)?;
    saves::measure(&folder)?;
    saves::many(&folder)?;
    tenants::measure(&folder)
}

/// A folder on the disk that the programs are on: the one for temporary files may be memory.
pub struct Folder(PathBuf);

impl Folder {
    pub fn new(name: &str) -> Result<Folder> {
        let beside = std::env::current_exe()?.parent().map(PathBuf::from).context("no folder")?;
        let folder = beside.join(format!("bench-{name}-{}", std::process::id()));
        fs::create_dir(&folder)?;
        Ok(Folder(folder))
    }

    pub fn at(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Counts how often the disk is waited for.
#[derive(Default)]
struct Counted(AtomicU64);

impl Disk for Counted {
    fn sync_data(&self, file: &fs::File, _path: &Path) -> io::Result<()> {
        self.0.fetch_add(1, Ordering::Relaxed);
        file.sync_data()
    }
}

impl Counted {
    fn count(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// A store, and what its waiting for the disk is counted by (sled's only: SQLite waits by itself).
fn store(place: Place) -> (Store, Settings, Arc<Counted>) {
    let counted = Arc::new(Counted::default());
    let settings = Settings { disk: counted.clone(), ..Settings::new(place) };
    (Store::new(settings.clone()), settings, counted)
}

fn tokio() -> Result<tokio::runtime::Runtime> {
    Ok(tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?)
}

/// A contender, which does its `units` of work and says what came of it.
type Contender<'a> = (&'static str, Box<dyn FnMut() -> Result<()> + 'a>);

/// Lets the contenders take turns, after a round that does not count: seconds for each unit, by this clock.
fn in_turn(
    (rounds, units): (u32, u32),
    clock: fn() -> Duration,
    contenders: &mut [Contender<'_>],
) -> Result<Vec<(&'static str, Times)>> {
    let mut times: Vec<Vec<f64>> = contenders.iter().map(|_| Vec::new()).collect();
    for round in 0..=rounds {
        for ((name, work), times) in contenders.iter_mut().zip(&mut times) {
            let began = clock();
            work().with_context(|| name.to_string())?;
            if round > 0 {
                times.push((clock() - began).as_secs_f64() / f64::from(units));
            }
        }
    }
    Ok(contenders.iter().zip(times).map(|((name, _), times)| (*name, times.into_iter().collect())).collect())
}

/// Wall time.
fn wall() -> Duration {
    static BEGAN: OnceLock<Instant> = OnceLock::new();
    BEGAN.get_or_init(Instant::now).elapsed()
}

fn microseconds(seconds: f64) -> String {
    format!("{:.1}", seconds * 1e6)
}

/// One row for each contender, with its ratio to the one of this name.
fn print(times: &[(&'static str, Times)], to: &str) {
    let base = times.iter().find(|(name, _)| *name == to).map_or(f64::NAN, |(_, times)| times.median());
    let mut table = Table::new(["who", "least, µs", "median, µs", "median to the base"]);
    for (name, times) in times {
        let ratio = format!("{:.2}", times.median() / base);
        table.row([(*name).into(), microseconds(times.least()), microseconds(times.median()), ratio]);
    }
    table.print();
}

/// Bytes of all files below a folder.
fn bytes(path: &Path) -> Result<u64> {
    let mut sum = 0;
    for entry in fs::read_dir(path)? {
        let entry = entry?;
        sum += if entry.file_type()?.is_dir() { bytes(&entry.path())? } else { entry.metadata()?.len() };
    }
    Ok(sum)
}

/// Runs a spell with this store, which must return "done".
fn spell(sandbox: &crate::sandbox::Sandbox, source: &str) -> Result<()> {
    let said = sandbox.run(source)?;
    ensure!(said == "done", "the spell returned {said}");
    Ok(())
}
