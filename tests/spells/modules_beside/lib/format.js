export const bold = (s) => `**${s}**`; export function pad(s, n) { return s.padEnd(n); }
