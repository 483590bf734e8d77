//! What the host logs of its own work, to standard error: silent unless it is asked for.
//!
//! Only the host's own crates log, and they log names and numbers: no key, no prompt, no reply, no value.

use anyhow::bail;
use tracing::Level;
use tracing_subscriber::filter::{FilterFn, LevelFilter, Targets, filter_fn};
use tracing_subscriber::fmt::format::FmtSpan;
use tracing_subscriber::layer::{Layer, SubscriberExt};
use tracing_subscriber::util::SubscriberInitExt;

/// What every target of the host begins with.
const OWN: &str = "llmspell";

const VARIABLE: &str = "RUST_LOG";

/// Starts logging as `--log` says, or else RUST_LOG.
pub fn start(flag: Option<&str>) -> anyhow::Result<()> {
    if let Some(text) = flag {
        let Some(targets) = read(text) else {
            let level = "error, warn, info, debug or trace";
            bail!(
                "--log '{}': write {level}, or a list such as llmspell_kernel=debug,llmspell_models=trace",
                text.escape_debug()
            );
        };
        install(targets);
    } else if let Some(text) = std::env::var(VARIABLE).ok().filter(|text| !text.is_empty()) {
        // It may be meant for another program: what is not understood is left alone.
        read(&text).into_iter().for_each(install);
    }
    Ok(())
}

/// A level for all of the host, or a list of targets with their levels.
fn read(text: &str) -> Option<Targets> {
    match text.parse::<Level>() {
        Ok(level) => Some(Targets::new().with_target(OWN, level)),
        // A word that is no level would be taken for a target.
        Err(_) => text.split(',').all(is_understood).then(|| text.parse().ok()).flatten(),
    }
}

fn is_understood(part: &str) -> bool {
    part.contains('=') || part.trim().parse::<LevelFilter>().is_ok()
}

fn install(targets: Targets) {
    // Libraries log what they send and receive.
    let own: FilterFn<_> = filter_fn(|about| about.target().starts_with(OWN));
    let lines = tracing_subscriber::fmt::layer()
        .with_writer(std::io::stderr)
        .with_ansi(false)
        .with_span_events(FmtSpan::CLOSE)
        .with_filter(targets)
        .with_filter(own);
    // It is installed once, before anything else is done.
    let _ = tracing_subscriber::registry().with(lines).try_init();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_level_is_for_the_host_alone_and_a_list_for_its_targets() {
        let all = read("debug").unwrap();
        assert!(all.would_enable("llmspell_kernel::gate", &Level::DEBUG) && !all.would_enable("hyper", &Level::ERROR));
        assert!(!all.would_enable("llmspell_kernel", &Level::TRACE));
        let some = read("llmspell_models=trace").unwrap();
        assert!(
            some.would_enable("llmspell_models", &Level::TRACE) && !some.would_enable("llmspell_kernel", &Level::ERROR)
        );
        assert!(read("llmspell=loud").is_none() && read("loud").is_none() && read("info,loud").is_none());
    }
}
