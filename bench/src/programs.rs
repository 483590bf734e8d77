//! Programs that keep the processor busy, in each language: native, and in the sandbox with each set of stops.

use anyhow::{Context, Result};

use crate::language::Language;
use crate::measure::in_turn;
use crate::sandbox::Sandbox;
use crate::stops::{Bare, Stops};
use crate::table::Table;

macro_rules! programs {
    ($($name:literal),*) => { &[$(
        ($name, include_str!(concat!("../programs/", $name, ".lua")), include_str!(concat!("../programs/", $name, ".js")))
    ),*] };
}

/// In Lua and in JavaScript. They are not the same programs to the letter.
const PROGRAMS: &[(&str, &str, &str)] =
    programs!("binary-trees", "closures", "fib", "mandelbrot", "nbody", "queens", "sort", "strings", "tables");

const ROUNDS: u32 = 11;

pub fn compare(sandbox: &Sandbox, language: &Language) -> Result<()> {
    let hash = sandbox.guest(language.word)?;
    let bare = |fuel, epoch| Bare::new(Stops { fuel, epoch }, language.word, &hash);
    let (neither, fuel, epoch) = (bare(false, false)?, bare(true, false)?, bare(false, true)?);
    let mut table = Table::new(["program", "native, ms", "no stop", "fuel", "epoch", "both", "both, medians"]);
    let mut logarithms = [0.0; 5];
    for (name, lua, javascript) in PROGRAMS {
        let source = if language.word == "lua" { lua } else { javascript };
        let times = in_turn(
            ROUNDS,
            1,
            &[
                &|| (language.native)(source),
                &|| neither.run(source),
                &|| fuel.run(source),
                &|| epoch.run(source),
                &|| sandbox.run_in(language.word, source),
            ],
        )
        .with_context(|| format!("programs/{name}.{}", language.extension))?;
        let [native, others @ ..] = times.as_slice() else { continue };
        let medians = others.last().map_or(f64::NAN, |both| both.median() / native.median());
        let ratios: Vec<f64> = others.iter().map(|time| time.least() / native.least()).chain([medians]).collect();
        for (sum, ratio) in logarithms.iter_mut().zip(&ratios) {
            *sum += ratio.ln() / PROGRAMS.len() as f64;
        }
        let milliseconds = format!("{:.1}", native.least() * 1e3);
        table.row(
            [String::from(*name), milliseconds].into_iter().chain(ratios.iter().map(|ratio| times_native(*ratio))),
        );
    }
    let means = logarithms.iter().map(|mean| times_native(mean.exp()));
    table.row(["geometric mean".into(), String::new()].into_iter().chain(means));
    println!("## Programs in {}\n", language.name);
    println!("Times native, least of {ROUNDS} rounds (last column: of the medians). \"both\" is the product.\n");
    table.print();
    Ok(())
}

pub fn times_native(ratio: f64) -> String {
    format!("{ratio:.2}×")
}
