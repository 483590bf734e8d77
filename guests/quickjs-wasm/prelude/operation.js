// Whatever takes time: a promise of what an operation gives.
raw.setup();
const { drive, sleep, close } = raw;
const { define, raise } = guest;
const { ceil } = Math;

guest.drive = drive;
guest.close = close;

define(globalThis, 'util', {});
define(util, 'sleep', (milliseconds) => {
  if (typeof milliseconds !== 'number') raise('util.sleep takes milliseconds, a number, not a ' + typeof milliseconds);
  if (!(milliseconds >= 0 && milliseconds <= 1e12)) raise('util.sleep takes 0 to 1e12 milliseconds, not ' + milliseconds);
  return drive(sleep(ceil(milliseconds)));
});
