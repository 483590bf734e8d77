;; Nearly a guest: it exports what the world wants under another type.
(component
  (core module $m
    (memory (export "memory") 1 2)
    (global $top (mut i32) (i32.const 1024))
    (table 4 funcref)
    (func (export "realloc") (param i32 i32 i32 i32) (result i32) global.get $top)
    (func (export "run") (param i32 i32) (result i32)
      (local i64 f64)
      (loop (br_if 0 (i32.lt_u (local.get 0) (local.get 1))))
      (block (br_table 0 0 (local.get 0)))
      (call_indirect (type 0) (local.get 0) (local.get 1) (i32.const 0)))
    (type (func (param i32 i32) (result i32)))
    (data (i32.const 0) "text"))
  (core instance $i (instantiate $m))
  (func $run (param "source" string) (result u32)
    (canon lift (core func $i "run") (memory $i "memory") (realloc (func $i "realloc"))))
  (instance $guest (export "run" (func $run)))
  (export "llmspell:spell/guest@0.1.0" (instance $guest)))
