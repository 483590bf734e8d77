export function parse(text) {
  const [head, ...lines] = text.trim().split("\n").map((line) => [...line.matchAll(/("([^"]|"")*"|[^,]*)(,|$)/g)].map((m) => m[1]).filter((_, i, a) => i < a.length - 1 || a[i] !== ""));
  return lines.map((f) => Object.fromEntries(head.map((h, i) => [h, (f[i] ?? "").replace(/^"|"$/g, "").replace(/""/g, '"')])));
}
export const toCsv = (rows, columns) => [columns.join(","), ...rows.map((r) => columns.map((c) => JSON.stringify(r[c])).join(","))].join("\n");
export default { parse, toCsv };
