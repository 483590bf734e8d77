// Moves files into folders by their kind; of those that it does not know, a model says the kind. What a rule protects stays,
// whatever the model wants: --allow-read inbox --allow-write inbox --allow-write out
const fs = require("fs");
const path = require("path");

const kinds = { ".txt": "texts", ".md": "texts", ".csv": "data", ".json": "data", ".pdf": "documents" };
const moved = [], kept = [];

const mover = Tool.create({
  name: "move_file",
  description: "Moves a file of the inbox into the folder of its kind",
  parameters: { type: "object", required: ["name", "kind"], properties: {
    name: { type: "string" }, kind: { enum: ["texts", "data", "documents", "pictures"] },
  } },
  execute: ({ name, kind }) => {
    fs.mkdirSync(path.join("out", kind), { recursive: true });
    fs.renameSync(path.join("inbox", name), path.join("out", kind, name));
    moved.push(`${kind}/${name}`);
    return { success: true };
  },
});

// The rule: asked before each move, the spell's own and the model's.
Hook.register("tool:move_file:before_execution", ({ data }) => {
  if (data.name.startsWith("will.")) return { type: "cancel", reason: "a will stays where it is" };
}, "highest");

const sorter = Agent.create({ name: "sorter", model: "ollama/llama3.2", system: "You put files into folders.", tools: [mover] });
for (const name of fs.readdirSync("inbox").sort()) {
  const kind = kinds[path.extname(name)];
  try {
    if (kind) await mover.execute({ name, kind });
    else await sorter.run(`Where does this file belong? ${name}`);
  } catch (failure) {
    kept.push(`${name}: ${failure.message}`);
  }
}

for (const name of moved.sort()) print(`moved to ${name}`);
for (const line of kept) print(`kept ${line}`);
return { kept: kept.length, moved: moved.length };
