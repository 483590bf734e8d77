// exit: ends the run at once, with nothing left to catch it.
// After: show.
const { exit } = raw.exit;
const { define, raise, show } = guest;
const { isInteger } = Number;

define(globalThis, 'exit', (code = 0) => {
  if (typeof code === 'boolean') code = code ? 0 : 1;
  if (!isInteger(code) || code < 0 || code > 255) raise('exit takes true, false or 0 to 255, not ' + show([code]));
  exit(code);
});
