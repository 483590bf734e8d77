//! Guest components from WebAssembly text, for tests that need a guest of a few lines.

use llmspell_wasm::guest::WIT;
use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};
use wit_parser::{Resolve, SourceMap};

/// A core module as a component for the world. `more` is WIT: packages of WASI whose interfaces it imports beside the world,
/// each with a nested `package`, and for each an `import` in `imports`.
pub fn component(core: &str, imports: &str, more: &str) -> Vec<u8> {
    let mut map = SourceMap::new();
    WIT.iter().for_each(|(name, text)| map.push_str(name, *text));
    let mut resolve = Resolve::default();
    resolve.push_group(map.parse().map_err(|(_, error)| error).unwrap()).unwrap();
    let world = format!("package test:guest; world test {{ include llmspell:spell/spell@0.1.0; {imports} }} {more}");
    let package = resolve.push_source("test.wit", &world).unwrap();
    let world = resolve.select_world(&[package], Some("test")).unwrap();
    let mut module = wat::parse_str(core).unwrap();
    embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8).unwrap();
    ComponentEncoder::default().module(&module).unwrap().validate(true).encode().unwrap()
}
