// A game master that streams text
const gm = await llm.agent({ provider: "ollama", model: "llama3", system: "You are a game master. End with a JSON line {\"hp\": n}." });
const actions = (params.actions ?? "look,open door,fight").split(",");
const state = { hp: 10, turn: 0, inventory: new Set(["torch"]) };

async function* narrate(action) {
  let buffer = "";
  for await (const piece of gm.run_stream(action)) {
    const text = piece.text ?? String(piece);
    buffer += text;
    yield text;
  }
  const m = buffer.match(/\{[^}]*\}\s*$/);
  if (m) Object.assign(state, JSON.parse(m[0]));
}
const out = [];
for (const action of actions) {
  state.turn += 1;
  let line = "";
  for await (const t of narrate(action)) line += t;
  out.push(line);
  console.log(`[${state.turn}] ${line.split("\n")[0]} (hp ${state.hp})`);
  if (state.hp <= 0) { console.log("You died."); break; }
}
await State.save("game", "state", { ...state, inventory: [...state.inventory] });
const saved = await State.load("game", "state");
console.log(saved.turn, saved.inventory);
const roll = () => 1 + Math.floor(Math.random() * 20);
const rolls = Array.from({ length: 5 }, roll);
console.log(rolls.every((r) => r >= 1 && r <= 20));

const controller = new AbortController();
setTimeout(() => controller.abort(), 5);
try {
  await gm.run("slow", { signal: controller.signal });
  console.log("not aborted");
} catch (e) { console.log("aborted:", e.name); }
const chunks = [];
const last = await gm.invokeStream({ text: "epilogue" }, (chunk) => { chunks.push(chunk); });
console.log(chunks.length > 0, String(last.text ?? last));
return { turns: state.turn, hp: state.hp };
