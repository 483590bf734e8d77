-- The models of an Ollama server, by its own API.
local status = LocalLLM.status()
local one = LocalLLM.list("ollama")[1]
local info = LocalLLM.info("ollama/tiny")
local steps = {}
local done = LocalLLM.pull("tiny", function(step) steps[#steps + 1] = step.status .. (step.percent and " " .. step.percent or "") end)
local _, failed = pcall(LocalLLM.pull, "big")
local _, missing = pcall(LocalLLM.info, "none")
return {
  status = { status.running, status.version, status.models },
  list = { one.id, one.size_bytes, one.family, one.parameters, one.quantization },
  info = { info.family, info.context_length, info.license },
  pull = { done.model, done.status, done.steps, steps },
  failed = failed.message, missing = { missing.code, missing.message }, removed = LocalLLM.remove("tiny"),
}
