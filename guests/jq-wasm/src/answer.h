#pragma once
#include <stdint.h>

// As host/runtime/src/queries.rs has it.
enum answer_kind {
  DONE = 0,
  UNUSABLE = 1, // the program
  FAILED = 2,   // the program, at some value
  NO_JSON = 3,  // the input
  TOO_MUCH = 4, // the results
};

// Nanoseconds since 1970, by the clock of the run.
extern uint64_t now;
