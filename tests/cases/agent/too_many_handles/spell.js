const kept = [];
for (let i = 1; i <= 20; i++) {
  try { kept.push(llm.agent({})); } catch (why) { return [i, why.code]; }
}
