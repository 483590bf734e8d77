#![no_main]

#[path = "../entries.rs"]
#[allow(dead_code, reason = "this is one target of them")]
mod entries;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| entries::requested(bytes));
