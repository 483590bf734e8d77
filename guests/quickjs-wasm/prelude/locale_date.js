// Dates as people read them: in the form of en-US and in UTC, of the parts that are chosen. There are no other locales and time
// zones, and what asks for one gets an error.
// After: locale.
const { raise, define, checkLocale } = guest;
const { apply } = Reflect;
const dates = Date.prototype;
const { getTime, getUTCFullYear, getUTCMonth, getUTCDate, getUTCHours, getUTCMinutes, getUTCSeconds, getUTCDay } = dates;

const months = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'];
const days = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const way = 'use toISOString(), or getUTCFullYear() and the like';

const oneOf = (...all) => (value) => all.includes(value);
const number = oneOf('numeric', '2-digit'), style = oneOf('full', 'long', 'medium', 'short');
const known = {
  __proto__: null, timeZone: oneOf('UTC', 'GMT', 'Etc/UTC'), weekday: oneOf('long', 'short'), year: number,
  month: oneOf('numeric', '2-digit', 'long', 'short'), day: number, hour: number, minute: number, second: number,
  hour12: oneOf(true, false), hourCycle: oneOf('h12', 'h23'), timeZoneName: oneOf('short'), dateStyle: style, timeStyle: style,
};

const two = (value) => (value < 10 ? '0' : '') + value;
const sized = (value, size) => (size === '2-digit' ? two(value % 100) : '' + value);
const word = (name, size) => (size === 'short' ? name.slice(0, 3) : name);

const dateStyles = {
  full: { weekday: 'long', year: 'numeric', month: 'long', day: 'numeric' }, long: { year: 'numeric', month: 'long', day: 'numeric' },
  medium: { year: 'numeric', month: 'short', day: 'numeric' }, short: { year: '2-digit', month: 'numeric', day: 'numeric' },
};
const seconds = { hour: 'numeric', minute: '2-digit', second: '2-digit' };
const timeStyles = {
  full: { ...seconds, timeZoneName: 'long' }, long: { ...seconds, timeZoneName: 'short' }, medium: seconds,
  short: { hour: 'numeric', minute: '2-digit' },
};
const dateNames = ['weekday', 'year', 'month', 'day'], timeNames = ['hour', 'minute', 'second'];

// Parts of a date that are written together; of others the order is an odd one.
const together = ['year month day', 'month day', 'year month', 'weekday year month day', 'weekday month day', 'weekday', 'year', 'month', 'day'];

const dateText = (date, what, options) => {
  const { weekday, year, month, day } = options, chosen = [weekday && 'weekday', year && 'year', month && 'month', day && 'day'].filter((part) => part).join(' ');
  if (!together.includes(chosen)) raise(what + ': ' + chosen + " can't be chosen together here; " + way);
  const parts = [], first = weekday && word(days[apply(getUTCDay, date, [])], weekday);
  const inWords = month === 'long' || month === 'short', place = apply(getUTCMonth, date, []);
  const shownDay = day && sized(apply(getUTCDate, date, []), day), shownYear = year && sized(apply(getUTCFullYear, date, []), year);
  if (!inWords) {
    if (month) parts.push(sized(place + 1, month));
    if (shownDay) parts.push(shownDay);
    if (shownYear) parts.push(shownYear);
    return [first, parts.join('/')].filter((part) => part).join(', ');
  }
  const name = [word(months[place], month), shownDay].filter((part) => part).join(' ');
  return [first, name + (shownYear ? (day ? ', ' : ' ') + shownYear : '')].filter((part) => part).join(', ');
};

// Of 24 hours, en-US calls the first one 24 unless the cycle is named.
const hourText = (hours, { hour, hour12, hourCycle }) => {
  if (hour12 === false) return two(hours || 24);
  if (hour12 === undefined && hourCycle === 'h23') return two(hours);
  const shown = hours % 12 || 12;
  return hour === '2-digit' ? two(shown) : '' + shown;
};
const timeText = (date, what, options) => {
  const { hour, minute, second, hour12, hourCycle, timeZoneName } = options, hours = apply(getUTCHours, date, []);
  if (!hour || (second && !minute)) raise(what + ": minutes can't be chosen without hours, nor seconds without both; " + way);
  const parts = [hourText(hours, options)];
  if (minute) parts.push(two(apply(getUTCMinutes, date, [])));
  if (second) parts.push(two(apply(getUTCSeconds, date, [])));
  if (!minute && timeZoneName) raise(what + ": timeZoneName can't be chosen without minutes here; " + way);
  const half = hour12 === false || (hour12 === undefined && hourCycle === 'h23') ? '' : hours < 12 ? ' AM' : ' PM';
  return parts.join(':') + half + (timeZoneName === 'long' ? ' Coordinated Universal Time' : timeZoneName ? ' UTC' : '');
};

// `wants`: which of the two the function is about; that is shown where nothing else is chosen.
const shown = (name, wants) =>
  define(dates, name, {
    [name](locales, options) {
      const time = apply(getTime, this, []), what = 'Date.' + name, wanted = { __proto__: null, ...options };
      checkLocale(what, locales, options, known, way);
      if (time !== time) return 'Invalid Date';
      const has = (names) => names.some((one) => wanted[one] !== undefined);
      if (wanted.dateStyle || wanted.timeStyle) {
        if (has(dateNames) || has(timeNames)) raise(what + ': dateStyle and timeStyle go with no parts of their own; ' + way);
        if (!wants.includes(wanted.dateStyle && !wanted.timeStyle ? 'date' : wanted.dateStyle ? 'both' : 'time') && wants !== 'date time')
          raise(what + ': ' + (wanted.timeStyle ? 'timeStyle' : 'dateStyle') + " can't be chosen here; " + way);
        Object.assign(wanted, dateStyles[wanted.dateStyle], timeStyles[wanted.timeStyle]);
      } else if (wants === 'date time' ? !has(dateNames) && !has(timeNames) : !has(wants === 'date' ? dateNames : timeNames)) {
        if (wants !== 'time') Object.assign(wanted, { year: 'numeric', month: 'numeric', day: 'numeric' });
        if (wants !== 'date') Object.assign(wanted, seconds);
      }
      const date = has(dateNames) && dateText(this, what, wanted), hours = has(timeNames) && timeText(this, what, wanted);
      if (hours && wanted.weekday && !wanted.day) raise(what + ": weekday and hour can't be chosen together here; " + way);
      return date && hours ? date + (wanted.month === 'long' ? ' at ' : ', ') + hours : date || hours;
    },
  }[name]);
shown('toLocaleString', 'date time');
shown('toLocaleDateString', 'date');
shown('toLocaleTimeString', 'time');
