#![no_main]

#[path = "../entries.rs"]
#[allow(dead_code, reason = "this is one target of them")]
mod entries;

// A component as text is mutated as text: that is what the corpus has.
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let component = wat::parse_bytes(bytes);
    entries::component(component.as_deref().unwrap_or(bytes));
});
