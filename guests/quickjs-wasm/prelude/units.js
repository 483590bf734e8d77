// Numbers of a unit that people use, in the host's whole ones.
// After: value.
const { units, messages: say, raise } = guest;
const { ceil } = Math;

guest.scaled = (value, unit, what, field) => {
  if (typeof value !== 'number' || !(value > 0 && value <= 3e10)) raise(say.no_number(what, field, unit));
  return ceil(value * units[unit]);
};
