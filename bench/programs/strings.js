// Building texts, patterns and formats.
function main() {
  const words = [];
  for (let i = 1; i <= 3000; i++) words.push(`word${i}-${(i * 7919 % 4096).toString(16)}`);
  const text = words.join(" ");
  let total = 0;
  for (let round = 0; round < 12; round++) {
    const swapped = text.replace(/([a-z]+)(\d+)/g, "$2$1");
    const upper = swapped.replace(/\w+/g, (word) => word.length > 6 ? word.toUpperCase() : word);
    for (const [, number] of upper.matchAll(/-([0-9a-f]+)/gi)) total += parseInt(number, 16);
    let pieces = "";
    for (let i = 0; i < 400; i++) pieces += upper.slice(i, i + 4).split("").reverse().join("");
    total += pieces.length + upper.indexOf("WORD");
  }
  return String(total);
}
return main();
