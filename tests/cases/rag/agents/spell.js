// An agent looks up passages before it is run, within a bound of tokens, and the reply has its citations.
await RAG.ingest([
  { id: "brakes.md", source: "https://example.org/brakes", text: "# Brakes\n\nSpongy brakes hold air: bleed them." },
  { id: "long", text: "brakes ".repeat(150) },
], { collection: "docs" });
const agent = Agent.builder().name("mechanic").model("local/m").system("You are a mechanic.").knowledge({ collection: "docs", limit: 3, max_tokens: 40 }).build();
const reply = await agent.run("Why are my brakes spongy?");
const seen = [reply.text, reply.citations];
// Where nothing is found, nothing is added.
const other = await agent.run("Zebra?");
seen.push([other.text, other.citations === undefined]);
const lost = Agent.create({ model: "local/m", knowledge: ["nowhere"] });
try { await lost.run("x"); } catch (problem) { seen.push(problem.code + ": " + problem.message); }
try { Agent.create({ model: "local/m", knowledge: [{ colection: "docs" }] }); } catch (problem) { seen.push(problem.code + ": " + problem.message); }
return seen;
