const date = new Date(Date.UTC(2026, 10, 3, 14, 5, 9)), midnight = new Date(0);
const shown = [date.toLocaleString(), date.toLocaleDateString("en-US"), date.toLocaleTimeString(["en-US"], { timeZone: "UTC" }), midnight.toLocaleTimeString(),
  new Date(NaN).toLocaleString(), (1234567.891).toLocaleString(), (1234.5).toLocaleString("en-US", { minimumFractionDigits: 2 }), (0.1 + 0.2).toLocaleString(),
  (1.005).toLocaleString("en-US", { maximumFractionDigits: 2 }), (999.9999).toLocaleString(), (1e21).toLocaleString(), (-1e-7).toLocaleString(),
  (1e-7).toLocaleString("en", { maximumFractionDigits: 8 }), (-1234.5).toLocaleString(undefined, { useGrouping: false }), 12345678901234567890n.toLocaleString(),
  NaN.toLocaleString(), (-Infinity).toLocaleString(), [1234.5, date].toLocaleString(), "a".localeCompare("b"), "b".localeCompare("a", "en"), "i".toLocaleUpperCase()];
const refused = [() => date.toLocaleString("de-DE"), () => date.toLocaleString("en-US", { timeZone: "Europe/Berlin" }), () => date.toLocaleDateString(undefined, { era: "long" }), () => date.toLocaleDateString("en-US", { weekday: "long", year: "numeric" }), () => date.toLocaleDateString("en-US", { timeStyle: "short" }), () => date.toLocaleTimeString("en-US", { second: "2-digit" }),
  () => (5).toLocaleString("en-US", { style: "currency", currency: "XYZ" }), () => (5).toLocaleString("fr"), () => (5).toLocaleString("en", { minimumFractionDigits: 3, maximumFractionDigits: 1 }),
  () => "a".localeCompare("B", undefined, { sensitivity: "base" }), () => "ä".localeCompare("z", "sv"), () => "i".toLocaleUpperCase("tr"), () => Intl.DateTimeFormat()];
const chosen = [{ year: "numeric", month: "long", day: "numeric" }, { weekday: "short", month: "short", day: "2-digit" }, { month: "long", year: "numeric" }, { weekday: "long" },
  { dateStyle: "full" }, { dateStyle: "short" }, { day: "2-digit", month: "2-digit", year: "2-digit" }].map((parts) => date.toLocaleDateString("en-US", parts));
const hours = [{ hour: "numeric", minute: "2-digit" }, { hour12: false }, { hourCycle: "h23", hour: "2-digit", minute: "2-digit" }, { timeStyle: "short" }]
  .flatMap((parts) => [date.toLocaleTimeString("en-US", parts), midnight.toLocaleTimeString("en-US", parts)]);
const both = [{ dateStyle: "medium", timeStyle: "short" }, { dateStyle: "long", timeStyle: "long" }, { month: "long", day: "numeric", hour: "numeric", timeZone: "UTC" }]
  .map((parts) => date.toLocaleString("en-US", parts));
const money = [(1234.5).toLocaleString("en-US", { style: "currency", currency: "USD" }), (-0.256).toLocaleString("en-US", { style: "percent", maximumFractionDigits: 1 }),
  (1234.5).toLocaleString("en-US", { style: "currency", currency: "JPY" }), (7).toLocaleString("en-US", { style: "currency", currency: "EUR", maximumFractionDigits: 0 })];
const message = (f) => { try { f(); } catch (error) { return error.message; } throw new Error(`it worked: ${f}`); };
return [shown, refused.map(message), chosen, hours, both, money];
