use wasmparser::{Parser, Payload};
use wasmtime::component::{Component, Linker};
use wasmtime::{Engine, Store};

use super::remove;

/// As `wit-component` would write it, but for types: a guest that passes a text and a number, and asks for a number.
const COMPONENT: &str = r#"(component
  (import "host" (instance $host
    (export "say" (func (param "text" string) (result u32)))
    (export "now" (func (result u32)))
    (export "note" (func (param "number" u32) (param "text" string)))))
  (core module $guest
    (import "host" "say" (func $say (param i32 i32) (result i32)))
    (import "host" "now" (func $now (result i32)))
    (import "host" "note" (func $note (param i32 i32 i32)))
    (table 2 2 funcref)
    (elem (i32.const 0) $note $say)
    (memory (export "memory") 1)
    (data (i32.const 8) "hello")
    (func (export "run") (result i32)
      (call_indirect (param i32 i32 i32) (call $now) (i32.const 8) (i32.const 4) (i32.const 0))
      (i32.add (call $say (i32.const 8) (i32.const 5)) (call $twice (call $now))))
    (func $twice (param i32) (result i32) (i32.mul (local.get 0) (i32.const 2))))
  (core module $shim
    (type $say (func (param i32 i32) (result i32)))
    (type $note (func (param i32 i32 i32)))
    (table (export "$imports") 2 2 funcref)
    (func (export "0") (type $say) (call_indirect (type $say) (local.get 0) (local.get 1) (i32.const 0)))
    (func (export "1") (type $note)
      (call_indirect (type $note) (local.get 0) (local.get 1) (local.get 2) (i32.const 1))))
  (core module $fill
    (import "" "0" (func $say (param i32 i32) (result i32)))
    (import "" "1" (func $note (param i32 i32 i32)))
    (import "" "$imports" (table 2 2 funcref))
    (elem (i32.const 0) func $say $note))
  (core instance $shim (instantiate $shim))
  (core func $now (canon lower (func $host "now")))
  (alias core export $shim "0" (core func $indirect-say))
  (alias core export $shim "1" (core func $indirect-note))
  (core instance $bag (export "say" (func $indirect-say)) (export "now" (func $now))
    (export "note" (func $indirect-note)))
  (core instance $guest (instantiate $guest (with "host" (instance $bag))))
  (alias core export $guest "memory" (core memory $memory))
  (alias core export $shim "$imports" (core table $imports))
  (core func $say (canon lower (func $host "say") (memory $memory)))
  (core func $note (canon lower (func $host "note") (memory $memory)))
  (core instance $filling (export "$imports" (table $imports)) (export "0" (func $say)) (export "1" (func $note)))
  (core instance (instantiate $fill (with "" (instance $filling))))
  (func (export "run") (result u32) (canon lift (core func $guest "run"))))"#;

/// What the guest gives, and what the host heard of it.
fn run(wasm: &[u8]) -> (u32, Vec<String>) {
    let engine = Engine::default();
    let mut linker = Linker::<Vec<String>>::new(&engine);
    let mut host = linker.instance("host").unwrap();
    host.func_wrap("now", |_, ()| Ok((7_u32,))).unwrap();
    host.func_wrap("say", |mut store, (text,): (String,)| {
        store.data_mut().push(text);
        Ok((100_u32,))
    })
    .unwrap();
    host.func_wrap("note", |mut store, (number, text): (u32, String)| {
        store.data_mut().push(format!("{number} {text}"));
        Ok(())
    })
    .unwrap();
    let mut store = Store::new(&engine, Vec::new());
    let component = Component::new(&engine, wasm).unwrap();
    let instance = linker.instantiate(&mut store, &component).unwrap();
    let function = instance.get_typed_func::<(), (u32,)>(&mut store, "run").unwrap();
    let (given,) = function.call(&mut store, ()).unwrap();
    (given, store.into_data())
}

fn modules(wasm: &[u8]) -> usize {
    let payloads = Parser::new(0).parse_all(wasm);
    payloads.filter(|payload| matches!(payload.as_ref().unwrap(), Payload::ModuleSection { .. })).count()
}

#[test]
fn the_shim_goes_and_nothing_else_changes() {
    let before = wat::parse_str(COMPONENT).unwrap();
    let after = remove(&before).unwrap();
    assert_eq!((modules(&before), modules(&after)), (3, 2));
    let expected = (114, vec!["7 hell".to_owned(), "hello".to_owned()]);
    assert_eq!(run(&before), expected);
    assert_eq!(run(&after), expected);
}

#[test]
fn a_component_without_a_shim_is_an_error() {
    let empty = wat::parse_str("(component)").unwrap();
    assert_eq!(remove(&empty).unwrap_err().to_string(), "the component has no shim");
}
