const made = [
  llm.agent({model: "m"}), Agent.create({model: "m"}), Agent.new({model: "m"}), await Agent.createAsync({model: "m"}),
  Agent.builder().name("n").model("m").systemPrompt("s").max_tokens(5).temperature(0.5).build(),
  Agent.builder().model("m").build(),
];
const texts = new Set();
for (const agent of made)
  for (const call of ["run", "execute", "invoke", "complete", "chat"])
    for (const input of ["q", {prompt: "q"}, {text: "q"}, {input: "q"}])
      texts.add((await agent[call](input)).text);
const text = await llm.complete("q", 10);
if (typeof text !== "string") throw new Error("a text gives a text");
if (!(await made[0].run(await made[0].run("q")))) throw new Error("a reply is a prompt, too");
return [texts.size, [...texts][0].indexOf("[offline]") + 1];
