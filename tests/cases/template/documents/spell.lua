-- The templates that ask models: each with what it takes, and what it gives.
local function run(id, given)
  local done = Template.execute(id, given)
  assert(done.metadata.template == id and done.metrics.duration_ms >= 0 and done.metrics.agents_invoked > 0)
  return done
end
local told = {}
local done = run("research-assistant", { topic = "tides", questions = 2 })
told[1] = { done.result, done.metadata.details.findings[1].question, done.artifacts[1].name, done.metrics.agents_invoked }
told[2] = run("interactive-chat", { messages = { "hello", "and?" } }).result[4].content
done = run("code-generator", { description = "add", tests = false }).result
told[3] = { done.specification, done.code, done.tests == nil }
told[4] = run("document-processor", { text = "one\n\ntwo", operation = "translate", language = "French" }).result
done = run("code-review", { code = "a\nb", concerns = { "security" } })
told[5] = { done.result.summary, done.result.findings[1].found, done.metadata.details.lines }
told[6] = run("content-generation", { topic = "tides", format = "email", words = 20 }).artifacts[1].name
done = run("file-classification", { categories = { "letter", "bill" }, texts = { "pay 3", "dear you" }, files = { "note.txt" } }).result
told[7] = { done.files[1].category, done.files[2].category, done.files[3].source, done.files[3].category, done.counts.other }
return told
