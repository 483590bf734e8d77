//! Side by side with native Lua: what the sandbox costs. Prints Markdown.

mod calls;
mod measure;
mod memory;
mod native;
mod processes;
mod programs;
mod sandbox;
mod stops;
mod table;

use anyhow::Result;
use sandbox::Sandbox;

/// lua-src 551 holds Lua 5.4.9 on both sides; mlua does not tell at run time what it was built with.
const HEAD: &str = "# Beside native Lua

Native is PUC Lua 5.4.9 in the same process (mlua's, C compiler at -O2), without any limit. The contenders take turns in
each round, and must agree on the result. A figure is CPU time of the thread, user and system, the least of the rounds;
a ratio is sandbox to native, lower is better. Where the ratio of the medians differs much, the machine was busy.
";

fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    if arguments.next().as_deref() == Some(memory::ARGUMENT) {
        return memory::measure(&arguments.next().unwrap_or_default());
    }
    println!("{HEAD}");
    let sandbox = Sandbox::new(&calls::environment())?;
    calls::compare(&sandbox)?;
    programs::compare(&sandbox)?;
    memory::compare()?;
    processes::compare()
}
