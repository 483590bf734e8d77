-- Answers a question from documents, with citations. Without a model for vectors, words alone are compared.
local documents = {
  { id = "brakes.md", text = "# Brakes\n\nHydraulic brakes that feel spongy hold air: bleed them from the caliper upward." },
  { id = "chain.md", text = "# Chain\n\nA chain that skips under load is usually stretched: replace it at 0.75 percent." },
}
RAG.ingest(documents, { collection = "bicycle" })

local question = params.question or "Why do my brakes feel spongy?"
local found = RAG.search(question, { collection = "bicycle", limit = 3 })
local context, sources = {}, {}
for i, hit in ipairs(found.results) do
  context[i] = "[" .. i .. "] " .. hit.text
  sources[i] = { id = hit.id, start = hit.start, ["end"] = hit["end"] }
end
local answer = llm.complete {
  system = "Answer from these passages, and cite their numbers:\n" .. table.concat(context, "\n"),
  prompt = question,
}
return { answer = answer.text, sources = sources, search = found.search }
