// What needs a yes needs it also where a folder above it is removed or moved, and nobody is asked about that.
async function attempt(input) {
  try { const answer = await Tool.execute("file-operations", input); return answer.success || answer.error.code; } catch (failure) { return failure.code; }
}
return [
  await attempt({ operation: "delete", path: "out", recursive: true }), await attempt({ operation: "move", from: "out", to: "away" }),
  await attempt({ operation: "write", path: "out/published/new/page.txt", input: "new" }), await attempt({ operation: "write", path: "out/draft.txt", input: "free" }),
];
