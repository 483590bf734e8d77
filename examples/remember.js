#!/usr/bin/env -S llmspell-wasm run
// A spell that remembers: run it twice.
//   llmspell-wasm run examples/remember.js --offline --param name=Ada
const name = params.name ?? "friend";
const visits = await State.increment("user:" + name, "visits");
console.log(visits === 1 ? `Welcome, ${name}.` : `Welcome back, ${name}: visit ${visits}.`);

// What was said the last time, word for word.
const guide = await Agent.create({ name: "guide", model: "openai/gpt-4o-mini", system: "You show people around. One sentence." });
if (await guide.loadState()) {
  console.log(`(the guide remembers ${guide.getHistory().length} messages)`);
}
console.log("guide: " + (await guide.run(params.question ?? "What should I look at first?")).slice(0, 70));
await guide.saveState();

// Several changes at once: all of them or none. The note goes by itself after a week.
await State.commit([
  { op: "save", scope: "user:" + name, key: "last_question", value: params.question ?? "first", ttl: 7 * 24 * 3600 },
  { op: "increment", key: "visits_of_all" },
]);
return { visits, of_all: await State.get("visits_of_all"), known: await State.listKeys("user:" + name) };
