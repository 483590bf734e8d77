//! What guests find where they import WASI.

/// The interfaces that are linked, and what is there.
const THERE: &[(&str, &str)] = &[
    ("wasi:cli/environment", "no variables, no arguments, no folder"),
    ("wasi:cli/exit", "ends the run, as a guest fault: a spell ends it by the interface `exit`"),
    ("wasi:cli/stdin", "nothing to read"),
    ("wasi:cli/stdout", "dropped: spells print by the interface `output`"),
    ("wasi:cli/stderr", "the end of it is shown to the user, as remarks"),
    ("wasi:cli/terminal-input", "no terminal"),
    ("wasi:cli/terminal-output", "no terminal"),
    ("wasi:cli/terminal-stdin", "no terminal"),
    ("wasi:cli/terminal-stdout", "no terminal"),
    ("wasi:cli/terminal-stderr", "no terminal"),
    ("wasi:clocks/monotonic-clock", "the run's clock, as `clock.elapsed`"),
    ("wasi:clocks/wall-clock", "the run's clock, as `clock.now`"),
    ("wasi:random/random", "the run's randomness, as `random`: repeats with --seed"),
    ("wasi:random/insecure", "the run's randomness, as `random`: repeats with --seed"),
    ("wasi:random/insecure-seed", "the run's randomness, as `random`: repeats with --seed"),
    ("wasi:filesystem/types", "no files: the interface `file` has those that are granted"),
    ("wasi:filesystem/preopens", "no folders"),
    ("wasi:io/error", "streams and waits"),
    ("wasi:io/poll", "streams and waits"),
    ("wasi:io/streams", "streams and waits"),
    ("wasi:sockets/instance-network", NO_NETWORK),
    ("wasi:sockets/ip-name-lookup", NO_NETWORK),
    ("wasi:sockets/network", NO_NETWORK),
    ("wasi:sockets/tcp", NO_NETWORK),
    ("wasi:sockets/tcp-create-socket", NO_NETWORK),
    ("wasi:sockets/udp", NO_NETWORK),
    ("wasi:sockets/udp-create-socket", NO_NETWORK),
];

const NO_NETWORK: &str = "no network: the interface `network` has what is granted";

/// What a guest finds where it imports this interface of WASI; `None` where it can't be loaded because of it.
pub fn what_is_there(name: &str) -> Option<&'static str> {
    let (interface, version) = name.split_once('@')?;
    let patch = version.strip_prefix("0.2.")?;
    let is_linked = !patch.is_empty() && patch.bytes().all(|byte| byte.is_ascii_digit());
    THERE.iter().find(|(name, _)| is_linked && *name == interface).map(|(_, there)| *there)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_names_and_released_versions_are_there() {
        for name in ["wasi:random/random@0.2.0", "wasi:sockets/tcp@0.2.10", "wasi:cli/terminal-input@0.2.3"] {
            assert!(what_is_there(name).is_some(), "{name}");
        }
        for name in [
            "wasi:random/random",
            "wasi:random/random@0.2",
            "wasi:random/random@0.2.",
            "wasi:random/random@0.2.0-rc",
            "wasi:random/random@0.3.0",
            "wasi:sockets/other@0.2.0",
            "wasi:cli/terminal-other@0.2.0",
        ] {
            assert!(what_is_there(name).is_none(), "{name}");
        }
    }
}
