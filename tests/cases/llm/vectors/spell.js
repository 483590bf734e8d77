// Embeddings and reranking, by the double.
const assert = (truth, what) => { if (!truth) throw new Error("not so: " + what); };
const one = await llm.embed("tea");
const many = await llm.embed(["tea", "coffee"]);
const all = await llm.embed({ input: ["tea", "coffee"], model: "m", dimensions: 16 });
assert(typeof one[0] === "number" && many.length === 2 && many[0][0] === one[0], "one and many");
assert(all.embeddings[1].length === 16 && all.embedding.length === 16 && all.provider && all.usage, "all");
const ranked = await llm.rerank("green tea", ["red wine", "green tea leaves"]);
assert(ranked.results[0].document === "green tea leaves" && ranked.results[0].index === 1, "ranked");
assert((await llm.rerank({ query: "tea", documents: ["a", "b", "c"], top: 1 })).results.length === 1, "top");
const wrong = [];
for (const request of [{ inputs: "x" }, { input: "x", dimensions: 0 }, { input: ["x"], purpose: "fun" }]) {
  try {
    await llm.embed(request);
  } catch (why) {
    wrong.push(String(why));
  }
}
return wrong;
