#!/usr/bin/env -S llmspell-wasm run
// What a spell can do, and what it can't. Runs without any key:
//   llmspell-wasm run examples/tour.js --offline --param topic="tide pools"
import { title, attempt } from "./lib/show.js";
const topic = params.topic ?? "the sea";

title("Ask a model");
const answer = await llm.complete({
  model: "openai/gpt-4o-mini",
  messages: [{ role: "user", content: `Name one thing about ${topic}.` }],
});
print(answer);                                    // a reply is a string …
print(`${answer.usage.total_tokens} tokens, answered by ${answer.provider}`); // … and an object

title("Agents with instructions of their own");
const poet = Agent.builder().name("poet").model("openai/gpt-4o-mini").system("Answer in one line of verse.").temperature(0.9).build();
const critic = Agent.create({ name: "critic", system: "Find the weakest word." });
const verse = await poet.run(`Write about ${topic}`);
print("poet:  ", verse.slice(0, 70));
print("critic:", (await critic.run(verse)).slice(0, 70));

title("Several at once");
const questions = ["Who lives there?", "How deep is it?"];
const answers = await Promise.all(questions.map((question) => critic.run(question)));
print(answers.map((answer) => answer.length));

title("Errors are values with a code");
try {
  llm.agent({ temprature: 0.5 });
} catch (failure) {
  print(failure.code, failure.message);
}

title("What a spell can't reach");
await attempt("the environment", () => env.HOME ?? "undefined: nobody granted HOME");
await attempt("files elsewhere", () => require("../../etc/passwd.js"));
await attempt("a shell", () => require("child_process"));
await attempt("waiting", () => sleep(1));
await attempt("all the memory", () => "x".repeat(1 << 29).length);

title("Time and chance come from the host");
print(new Date().toISOString().slice(0, 10), "a die:", 1 + Math.floor(Math.random() * 6));
Logger.info("the tour is over", { topic });

export default { topic, answered_by: answer.provider, words: `${answer}`.split(/\s+/).length };
