// For the glue: the only WebAssembly instruction that it asks for by name. It wants memory beyond what is left, so that
// the host ends the run.
#pragma once

[[noreturn]] void out_of_memory(void);

#define __builtin_wasm_memory_grow(memory, pages) out_of_memory()
