// The few calls that libc makes, over the imports of our own world: the guest imports nothing of WASI, so it needs no
// adapter, and no file, socket or terminal can ever be reached through it.
//
// The linker takes libc's own definitions, all of them, as soon as one is missing here.
#include <string.h>

#include <wasi/api.h>

#include "common.h"

__wasi_errno_t __wasi_clock_time_get(__wasi_clockid_t id, __wasi_timestamp_t precision, __wasi_timestamp_t *time) {
  (void)precision;
  *time = id == __WASI_CLOCKID_REALTIME ? OF(clock, now)() * 1000 : OF(clock, elapsed)();
  return __WASI_ERRNO_SUCCESS;
}

__wasi_errno_t __wasi_random_get(uint8_t *bytes, __wasi_size_t length) {
  for (__wasi_size_t i = 0; i < length; i += 6) { // of 53 bits, whole bytes
    uint64_t number = OF(random, number)();
    memcpy(bytes + i, &number, length - i < 6 ? length - i : 6);
  }
  return __WASI_ERRNO_SUCCESS;
}

// libc looks for a time zone. There is none: all times are UTC.
__wasi_errno_t __wasi_environ_sizes_get(__wasi_size_t *count, __wasi_size_t *size) {
  *count = *size = 0;
  return __WASI_ERRNO_SUCCESS;
}

__wasi_errno_t __wasi_environ_get(uint8_t **variables, uint8_t *text) {
  (void)variables, (void)text;
  return __WASI_ERRNO_SUCCESS;
}

// abort() and its like, as after a failed allocation outside of the interpreter: a fault of the guest.
[[noreturn]] void __wasi_proc_exit(__wasi_exitcode_t code) {
  (void)code;
  __builtin_trap();
}
