// Research with citations that are checked: --allow-write out --param topic="tide pools"
const topic = params.topic ?? "tide pools";
const books = require("./books.json");

const cited = new Map(); // books that the search has found, by number
Tool.register({
  name: "library_search",
  description: "Finds books by a word",
  parameters: { type: "object", required: ["word"], properties: { word: { type: "string" } } },
  execute: ({ word }) => {
    const numbered = books.map(({ title, text }, i) => ({ number: i + 1, title, text }));
    const found = numbered.filter((book) => book.text.toLowerCase().includes(word.toLowerCase()));
    for (const book of found) cited.set(book.number, book);
    return found;
  },
});

const planner = Agent.create({ name: "planner", model: "openai/gpt-4o-mini", system: "You plan research: one question a line." });
const scholar = Agent.create({
  name: "scholar", model: "openai/gpt-4o", tools: ["library_search"],
  system: "You answer from what you find in the library, and name the book's number as [1].",
});

const page = [`# Research: ${topic}`, ""];
const plan = await planner.run(`Plan research about ${topic}`);
for (const question of plan.split("\n").filter(Boolean)) {
  let text;
  try {
    text = (await scholar.run(question)).text;
  } catch (failure) {
    text = `(no answer: ${failure.code})`;
  }
  // A number that no search gave is an invention.
  text = text.replace(/\[(\d+)\]/g, (whole, number) => (cited.has(Number(number)) ? whole : "[not found]"));
  page.push(`## ${question}\n${text}\n`);
}
page.push("## Books", ...[...cited.values()].sort((a, b) => a.number - b.number).map(({ number, title }) => `${number}. ${title}`));
const name = `out/${topic.replace(/\s+/g, "_")}.md`;
await tools.file_write(name, page.join("\n") + "\n");
print(page.join("\n"));
return name;
