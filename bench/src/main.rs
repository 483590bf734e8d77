//! Side by side with native Lua: what the sandbox costs. Prints Markdown.

mod calls;
mod measure;
mod native;
mod programs;
mod sandbox;
mod stops;
mod table;

use anyhow::Result;
use sandbox::Sandbox;

fn main() -> Result<()> {
    let sandbox = Sandbox::new(&calls::environment())?;
    calls::compare(&sandbox)?;
    programs::compare(&sandbox)?;
    Ok(())
}
