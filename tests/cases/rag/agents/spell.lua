-- An agent looks up passages before it is run, within a bound of tokens, and the reply has its citations.
RAG.ingest({
  { id = "brakes.md", source = "https://example.org/brakes", text = "# Brakes\n\nSpongy brakes hold air: bleed them." },
  { id = "long", text = ("brakes "):rep(150) },
}, { collection = "docs" })
local agent = Agent.builder():name("mechanic"):model("local/m"):system("You are a mechanic."):knowledge({ collection = "docs", limit = 3, max_tokens = 40 }):build()
local reply = agent:run("Why are my brakes spongy?")
local seen = { reply.text, reply.citations }
-- Where nothing is found, nothing is added.
local other = agent:run("Zebra?")
seen[3] = { other.text, other.citations == nil }
local lost = Agent.create({ model = "local/m", knowledge = { "nowhere" } })
local ok, problem = pcall(lost.run, lost, "x")
seen[4] = problem.code .. ": " .. problem.message
ok, problem = pcall(Agent.create, { model = "local/m", knowledge = { { colection = "docs" } } })
seen[5] = problem.code .. ": " .. problem.message
return seen
