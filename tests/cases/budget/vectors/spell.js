// Texts for vectors are paid for as well.
for (let i = 1; i <= 10; i++) {
  try { await llm.embed({ model: "openai/text-embedding-3-small", input: ["one text", "another text"] }); } catch {}
  print(Budget.remaining().tokens < 100);
}
