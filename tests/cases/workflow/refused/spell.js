// What is not understood is refused in one line that says where, and what was meant.
const step = () => ({ name: "s", handler: () => {} });
const why = (definition, pattern = "sequential") => {
  try {
    Workflow[pattern](definition);
    return "accepted";
  } catch (problem) {
    return String(problem);
  }
};
const has = (text, part) => text.includes(part) || text;
const all = [
  has(why({ step: [step()], steps: [step()] }), "there is no option 'step'; did you mean 'steps'?"),
  has(why({ steps: [{ name: "s", tols: "x" }] }), "step 's': there is no option 'tols'; did you mean 'tool'?"),
  has(why({ steps: [{ name: "s" }] }), "step 's' says nothing to do"),
  has(why({ steps: [{}] }), "step 'step1' says nothing to do"),
  has(why({ steps: [{ name: "s", tool: "x", handler: () => {} }] }), "step 's' is both function and tool"),
  has(why({ steps: [{ name: "s", type: "agnt", agent: "x" }] }), "there is no type 'agnt'; did you mean 'agent'?"),
  has(why({ steps: [{ name: "s", templateId: [] }] }), "template must be a text"),
  has(why({ steps: [{ name: "s", handler: "text" }] }), "handler must be a function"),
  has(why({ steps: [{ name: "s", handler: () => {}, retry: { maxAttempt: 3 } }] }), "did you mean 'max_attempts'?"),
  has(why({ condition: { type: "shared_data_equal", key: "k" }, then: [step()] }, "conditional"), "did you mean 'shared_data_equals'?"),
  has(why({ errorStrategy: "contine", steps: [step()] }), "did you mean 'continue'?"),
  has(why({ range: [1, 2], steps: [step()] }), "a sequential workflow has no 'range'"),
  has(why({ iterator: { ranges: [1, 2] }, body: [step()] }, "loop"), "did you mean 'range'?"),
  has(why({ steps: [step(), step()] }), "another step 's'"),
  has(why({ steps: [{ name: "s", workflow: "nowhere" }] }), "there is no workflow 'nowhere'"),
  has(why({ steps: [{ name: "s", handler: () => {}, onError: "later" }] }), "'later'"),
  has(why({ maxConcurrency: 3, steps: [step()] }), "max_concurrency"),
];
const flow = Workflow.sequential({ steps: [step()] });
let problem = "";
try { flow.exekute(); } catch (error) { problem = error; }
all.push(has(String(problem), "did you mean 'execute'?"));
try { await flow.execute("x", { chekpoint: 1 }); } catch (error) { problem = error; }
all.push(has(String(problem), "there is no option 'chekpoint'; did you mean 'checkpoint'?"));
return all;
