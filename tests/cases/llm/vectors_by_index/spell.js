// Vectors belong to texts by their index. A length is asked for only where the spell does.
const first = async (texts, dimensions) => {
  try {
    return (await llm.embed({ input: texts, model: "local/text-embedding-3-small", dimensions })).embeddings[0];
  } catch (why) {
    return [why.code, why.message];
  }
};
const two = ["tea", "coffee"];
return [await first(two), await first(two), await first(two), await first(two), await first(two), await first(["tea"], 2)];
