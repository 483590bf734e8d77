;; A guest that imports WASI: the first letter of a spell says what it does.
(module
  (import "wasi:random/random@0.2.0" "get-random-u64" (func $random (result i64)))
  (import "wasi:clocks/wall-clock@0.2.0" "now" (func $now (param i32)))
  (import "wasi:clocks/monotonic-clock@0.2.0" "now" (func $elapsed (result i64)))
  (import "wasi:cli/stderr@0.2.0" "get-stderr" (func $stderr (result i32)))
  (import "wasi:io/streams@0.2.0" "[method]output-stream.blocking-write-and-flush"
    (func $write_error (param i32 i32 i32 i32)))
  (import "llmspell:spell/output@0.1.0" "write" (func $write (param i32 i32)))
  (import "llmspell:spell/output@0.1.0" "print" (func $print (param i32 i32)))
  (memory (export "memory") 1)
  (global $free (mut i32) (i32.const 4096))
  (data (i32.const 16) "wasi")
  (data (i32.const 32) "out of tea\n")
  (data (i32.const 64) "\10\00\00\00\04\00\00\00\10\00\00\00\04\00\00\00\80\00\00\00\01\00\00\00\00\00\00\00\00\00\00\00")
  (data (i32.const 128) "\10\00\00\00\01\00\00\00")
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (local $at i32)
    (local.set $at (i32.and (i32.add (global.get $free) (i32.const 7)) (i32.const -8)))
    (global.set $free (i32.add (local.get $at) (local.get 3)))
    (local.get $at))
  (func (export "llmspell:spell/guest@0.1.0#describe") (result i32) (i32.const 64))
  (func (export "llmspell:spell/guest@0.1.0#check") (param i32 i32 i32 i32) (result i32) (i32.const 1024))
  (func (export "llmspell:spell/guest@0.1.0#run") (param i32 i32 i32 i32 i32 i32 i32 i32) (result i32)
    (local $letter i32) (local $count i32)
    (local.set $letter (i32.load8_u (local.get 2)))
    (if (i32.eq (local.get $letter) (i32.const 0x72)) ;; random
      (then
        (i64.store (i32.const 256) (call $random))
        (local.set $count (i32.load16_u (i32.const 256)))
        (loop $again
          (local.set $count (i32.sub (local.get $count) (i32.const 1)))
          (br_if $again (i32.gt_s (local.get $count) (i32.const 0))))
        (call $write (i32.const 256) (i32.const 8))))
    (if (i32.eq (local.get $letter) (i32.const 0x74)) ;; time
      (then
        (call $now (i32.const 256))
        (i64.store (i32.const 264) (call $elapsed))
        (call $write (i32.const 256) (i32.const 16))))
    (if (i32.eq (local.get $letter) (i32.const 0x65)) ;; error
      (then
        (call $write_error (call $stderr) (i32.const 32) (i32.const 11) (i32.const 300))
        unreachable))
    (if (i32.eq (local.get $letter) (i32.const 0x6f)) ;; over: refused memory, and gone on without a call of the gate's
      (then
        (drop (memory.grow (i32.const 1000)))
        (call $write_error (call $stderr) (i32.const 32) (i32.const 11) (i32.const 300))
        unreachable))
    (if (i32.eq (i32.and (local.get $letter) (i32.const 0xdf)) (i32.const 0x4d)) ;; memory, Memory
      (then
        (drop (memory.grow (i32.const 1000)))
        (if (i32.eq (local.get $letter) (i32.const 0x6d))
          (then (call $print (local.get 2) (local.get 3))))
        unreachable))
    (i32.const 1024)))
