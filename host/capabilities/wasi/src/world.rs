//! What guests find where they import WASI.

/// The beginnings of names, the first that fits counts, and what is there.
const THERE: &[(&str, &str)] = &[
    ("wasi:cli/environment@", "no variables, no arguments, no folder"),
    ("wasi:cli/exit@", "ends the run, as a guest fault: a spell ends it by the interface `exit`"),
    ("wasi:cli/stdin@", "nothing to read"),
    ("wasi:cli/stdout@", "dropped: spells print by the interface `output`"),
    ("wasi:cli/stderr@", "the end of it is shown to the user, as remarks"),
    ("wasi:cli/terminal-", "no terminal"),
    ("wasi:clocks/monotonic-clock@", "the run's clock, as `clock.elapsed`"),
    ("wasi:clocks/wall-clock@", "the run's clock, as `clock.now`"),
    ("wasi:random/random@", "the run's randomness, as `random`: repeats with --seed"),
    ("wasi:random/insecure@", "the run's randomness, as `random`: repeats with --seed"),
    ("wasi:random/insecure-seed@", "the run's randomness, as `random`: repeats with --seed"),
    ("wasi:filesystem/types@", "no files: the interface `file` has those that are granted"),
    ("wasi:filesystem/preopens@", "no folders"),
    ("wasi:io/error@", "streams and waits"),
    ("wasi:io/poll@", "streams and waits"),
    ("wasi:io/streams@", "streams and waits"),
    ("wasi:sockets/", "no network: the interface `network` has what is granted"),
];

/// What a guest finds where it imports this interface of WASI; `None` where it can't be loaded because of it.
pub fn what_is_there(name: &str) -> Option<&'static str> {
    let is_linked = name.contains("@0.2.");
    THERE.iter().find(|(begin, _)| is_linked && name.starts_with(begin)).map(|(_, there)| *there)
}
