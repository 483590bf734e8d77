// A game master whose story is shown while it is written: --param actions="look,open the door"
const actions = (params.actions ?? "look,open the door,fight").split(",");
const master = Agent.create({
  name: "master", model: "ollama/llama3.2",
  system: 'You lead a game. Tell what happens, and end with a line such as {"health": 7}.',
});
const player = { health: 10, turns: 0 };

// Shows the story, and keeps back what may be the line about the player.
async function tell(action) {
  let whole = "", shown = 0;
  for await (const piece of master.stream(action)) {
    if (piece.done) continue;
    whole += piece;
    const [story] = whole.match(/^[^{]*/);
    console.write(story.slice(shown));
    shown = story.length;
  }
  try {
    const { health } = JSON.parse(whole.match(/\{.*\}/s));
    if (Number.isInteger(health)) player.health = health;
  } catch {
    // What is no JSON changes nothing.
  }
}

for (const action of actions) {
  player.turns++;
  print(`> ${action}`);
  await tell(action);
  print(`(health ${player.health})`);
  if (player.health <= 0) {
    print("You are out of the game.");
    break;
  }
}
await State.save("game", "player", player);
return await State.load("game", "player");
