// The templates that ask models: each with what it takes, and what it gives.
const run = async (id, given) => {
  const done = await Template.execute(id, given);
  if (done.metadata.template !== id || !(done.metrics.duration_ms >= 0) || !done.metrics.agents_invoked) throw new Error("not so: " + id);
  return done;
};
const told = [];
let done = await run("research-assistant", { topic: "tides", questions: 2 });
told.push([done.result, done.metadata.details.findings[0].question, done.artifacts[0].name, done.metrics.agents_invoked]);
told.push((await run("interactive-chat", { messages: ["hello", "and?"] })).result[3].content);
done = (await run("code-generator", { description: "add", tests: false })).result;
told.push([done.specification, done.code, done.tests === undefined]);
told.push((await run("document-processor", { text: "one\n\ntwo", operation: "translate", language: "French" })).result);
done = await run("code-review", { code: "a\nb", concerns: ["security"] });
told.push([done.result.summary, done.result.findings[0].found, done.metadata.details.lines]);
told.push((await run("content-generation", { topic: "tides", format: "email", words: 20 })).artifacts[0].name);
done = (await run("file-classification", { categories: ["letter", "bill"], texts: ["pay 3", "dear you"], files: ["note.txt"] })).result;
told.push([done.files[0].category, done.files[1].category, done.files[2].source, done.files[2].category, done.counts.other]);
return told;
