// Long texts, summarised paragraph by paragraph, two at a time, and the summaries together: -- texts/shore.txt texts/wood.txt
const path = require("path");
const reader = Agent.create({ name: "reader", model: "openai/gpt-4o-mini", system: "One short sentence.", stateless: true });
const editor = Agent.create({ name: "editor", model: "openai/gpt-4o", system: "Put these notes into one text." });

const parts = arg.slice(1).flatMap((file) =>
  util.readFile(file).split(/\n\n+/).filter((text) => text.trim()).map((text) => ({ file, text })));

// Two workers take the next part until none is left.
let next = 0, tokens = 0;
async function work() {
  while (next < parts.length) {
    const part = parts[next++];
    const reply = await reader.run(part.text.trimEnd());
    part.note = reply.text;
    tokens += reply.usage.total_tokens;
  }
}
await Promise.all([work(), work()]);

const notes = parts.map(({ file, note }) => `${path.basename(file)}: ${note}`);
notes.forEach((note) => print(note));
let whole = "";
for await (const piece of editor.stream(notes.join("\n"))) if (!piece.done) whole += piece;
print(whole);
return { parts: parts.length, tokens };
