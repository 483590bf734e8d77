const date = new Date(Date.UTC(2026, 10, 3, 14, 5, 9)), midnight = new Date(0);
const shown = [date.toLocaleString(), date.toLocaleDateString("en-US"), date.toLocaleTimeString(["en-US"], { timeZone: "UTC" }), midnight.toLocaleTimeString(),
  new Date(NaN).toLocaleString(), (1234567.891).toLocaleString(), (1234.5).toLocaleString("en-US", { minimumFractionDigits: 2 }), (0.1 + 0.2).toLocaleString(),
  (1.005).toLocaleString("en-US", { maximumFractionDigits: 2 }), (999.9999).toLocaleString(), (1e21).toLocaleString(), (-1e-7).toLocaleString(),
  (1e-7).toLocaleString("en", { maximumFractionDigits: 8 }), (-1234.5).toLocaleString(undefined, { useGrouping: false }), 12345678901234567890n.toLocaleString(),
  NaN.toLocaleString(), (-Infinity).toLocaleString(), [1234.5, date].toLocaleString(), "a".localeCompare("b"), "b".localeCompare("a", "en"), "i".toLocaleUpperCase()];
const refused = [() => date.toLocaleString("de-DE"), () => date.toLocaleString("en-US", { timeZone: "Europe/Berlin" }), () => date.toLocaleDateString(undefined, { weekday: "long" }),
  () => (5).toLocaleString("en-US", { style: "currency", currency: "USD" }), () => (5).toLocaleString("fr"), () => (5).toLocaleString("en", { minimumFractionDigits: 3, maximumFractionDigits: 1 }),
  () => "a".localeCompare("B", undefined, { sensitivity: "base" }), () => "ä".localeCompare("z", "sv"), () => "i".toLocaleUpperCase("tr"), () => Intl.DateTimeFormat()];
const message = (f) => { try { f(); } catch (error) { return error.message; } throw new Error(`it worked: ${f}`); };
return [shown, refused.map(message)];
