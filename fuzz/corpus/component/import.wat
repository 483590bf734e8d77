(component
  (import "llmspell:spell/output@0.1.0" (instance $o (export "write" (func (param "bytes" (list u8))))))
  (type (variant (case "a" string) (case "b" (tuple u8 (option s64)))))
  (component $inner (core module (func unreachable)) )
  (instance (instantiate $inner)))
