// The models of an Ollama server, by its own API.
const status = await LocalLLM.status();
const [one] = await LocalLLM.list("ollama");
const info = await LocalLLM.info("ollama/tiny");
const steps = [];
const done = await LocalLLM.pull("tiny", (step) => { steps.push(step.status + (step.percent === undefined ? "" : " " + step.percent)); });
const failed = await LocalLLM.pull("big").catch((why) => why);
const missing = await LocalLLM.info("none").catch((why) => why);
return {
  status: [status.running, status.version, status.models],
  list: [one.id, one.size_bytes, one.family, one.parameters, one.quantization],
  info: [info.family, info.context_length, info.license],
  pull: [done.model, done.status, done.steps, steps],
  failed: failed.message, missing: [missing.code, missing.message], removed: await LocalLLM.remove("tiny"),
};
