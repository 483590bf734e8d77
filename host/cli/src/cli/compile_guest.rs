use std::io::{Read, Write};
use std::process::ExitCode;

use anyhow::bail;
use llmspell_wasm::guest;

use super::guest_file::MOST_BYTES;

/// Compile a guest component from standard input to standard output, within bounds: the child that --guest starts
#[derive(clap::Args)]
pub struct Args {
    /// Say what its types are instead, as JSON
    #[arg(long)]
    examine: bool,
}

pub fn exec(args: Args) -> anyhow::Result<ExitCode> {
    limit()?;
    let mut wasm = Vec::new();
    std::io::stdin().take(MOST_BYTES + 1).read_to_end(&mut wasm)?;
    if wasm.len() as u64 > MOST_BYTES {
        bail!("the component has more than {} MiB, the most allowed", MOST_BYTES >> 20);
    }
    if args.examine {
        let report = guest::examine(&wasm).map_err(|problem| anyhow::Error::msg(one_line(&problem)))?;
        serde_json::to_writer(std::io::stdout(), &report)?;
        return Ok(ExitCode::SUCCESS);
    }
    let image = guest::compile(&wasm).map_err(|error| {
        let causes: Vec<String> = error.chain().map(ToString::to_string).collect();
        anyhow::Error::msg(one_line(&causes.join(": ")))
    })?;
    std::io::stdout().write_all(&image)?;
    Ok(ExitCode::SUCCESS)
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Before a byte of the file is read: what it makes the compiler do ends here.
#[cfg(unix)]
fn limit() -> std::io::Result<()> {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    // What it sets aside without using it, such as for each of many threads, is counted by the first alone.
    let limits = [(Resource::As, 4 << 30), (Resource::Data, 1 << 30), (Resource::Cpu, 60), (Resource::Core, 0)];
    for (resource, most) in limits {
        let most = getrlimit(resource).maximum.map_or(most, |hard| hard.min(most));
        setrlimit(resource, Rlimit { current: Some(most), maximum: Some(most) })?;
    }
    Ok(())
}

/// Where the system has no such limits, the parent's clock is the only one.
#[cfg(not(unix))]
fn limit() -> std::io::Result<()> {
    Ok(())
}
