;; The smallest language: a spell's text is what it prints. It shows how values cross; see wit/ for what there is.
(module
  (import "llmspell:spell/output@0.1.0" "print" (func $print (param i32 i32)))
  (memory (export "memory") 1)
  (global $free (mut i32) (i32.const 4096))
  (data (i32.const 16) "NAME")
  (data (i32.const 64) "0.1")
  (data (i32.const 68) "EXTENSION")
  ;; The record `language`: name, version, a list of one extension, no features. Each text is an address and a length.
  (data (i32.const 128) "\10\00\00\00\LENGTH_OF_NAME\00\00\00" "\40\00\00\00\03\00\00\00"
    "\c0\00\00\00\01\00\00\00" "\00\00\00\00\00\00\00\00")
  (data (i32.const 192) "\44\00\00\00\LENGTH_OF_EXTENSION\00\00\00")

  ;; The host asks for memory here to put arguments in. Nothing is ever freed: an instance is used for one run.
  (func (export "cabi_realloc") (param $old i32) (param $old_size i32) (param $align i32) (param $size i32) (result i32)
    (local $at i32) (local $end i32)
    (local.set $at (i32.and (i32.add (global.get $free) (i32.const 7)) (i32.const -8)))
    (local.set $end (i32.add (local.get $at) (local.get $size)))
    (if (i32.lt_u (local.get $end) (local.get $at)) (then unreachable))
    (loop $more
      (if (i32.gt_u (local.get $end) (i32.mul (memory.size) (i32.const 65536)))
        (then
          (if (i32.eq (memory.grow (i32.const 1)) (i32.const -1)) (then unreachable))
          (br $more))))
    (global.set $free (local.get $end))
    (local.get $at))

  (func (export "llmspell:spell/guest@0.1.0#describe") (result i32) (i32.const 128))

  ;; A result that is all zeros: all is well, there is nothing to say.
  (func (export "llmspell:spell/guest@0.1.0#check")
    (param $name i32) (param $name_length i32) (param $text i32) (param $length i32) (result i32)
    (i32.const 1024))

  (func (export "llmspell:spell/guest@0.1.0#run")
    (param $name i32) (param $name_length i32) (param $text i32) (param $length i32)
    (param $parameters i32) (param $parameters_length i32) (param $arguments i32) (param $count i32) (result i32)
    (if (local.get $length) (then (call $print (local.get $text) (local.get $length))))
    (i32.const 1024)))
