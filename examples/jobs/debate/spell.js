// Two agents take turns, and a third judges them: --param motion=… --param rounds=2
const motion = params.motion ?? "Tabs are better than spaces", rounds = Number(params.rounds ?? 2);

// Each side is an asynchronous generator that keeps its agent, and waits for what the other side says.
async function* side(name, stance) {
  const agent = Agent.create({ name, model: "openai/gpt-4o-mini", system: `You are ${name} and argue ${stance} the motion.` });
  let heard = yield;
  for (;;) heard = yield `${name}: ${await agent.run(`Answer in one sentence: ${heard}`)}`;
}

const sides = [side("Pia", "for"), side("Otto", "against")];
for (const one of sides) await one.next();
const said = [];
let last = motion;
for (let round = 0; round < rounds; round++) {
  for (const one of sides) {
    last = (await one.next(last)).value;
    said.push(last);
    print(last);
  }
}

const judge = Agent.create({ name: "judge", model: "anthropic/claude-3-5-haiku-latest", system: "You judge debates." });
const { object: verdict } = await judge.run(`Who won?\n${said.join("\n")}`, { schema: {
  type: "object", required: ["winner", "why"],
  properties: { winner: { enum: ["Pia", "Otto"] }, why: { type: "string" } },
} });
print(`The judge says ${verdict.winner}: ${verdict.why}`);
return { turns: said.length, winner: verdict.winner };
