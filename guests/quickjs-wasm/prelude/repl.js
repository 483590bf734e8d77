// A prompt: what src/repl.c calls.
// After: lifetime, show.
raw.repl.setup(guest.beginAgain, guest.showEntry);
