const names = Tool.list().filter((tool) => tool.source === "mcp").map((tool) => tool.name);
const told = async (name, given) => {
  try {
    await Tool.execute(name, given);
    return "no failure";
  } catch (problem) {
    return problem.code + ": " + problem.message;
  }
};
const about = Tool.info("double.echo");
return {
  names,
  echo: await tools["double.echo"]({ text: "hello" }),
  positional: await tools["double.echo"]("by its place"),
  sum: await Tool.execute("double.sum-up", { a: 1, b: 2 }),
  alias: await Tool.execute("double__echo", { text: "as models call it" }),
  picture: await Tool.execute("double.picture"),
  category: about.category, description: about.description, parameters: about.parameters,
  invalid: Tool.validate("double.echo", { text: 7 }).errors[0],
  fail: await told("double.fail", { why: "it is Monday" }),
  wrong: await told("double.echo", { text: {} }),
  denied: await told("double.refuse"),
  hidden: (await told("double.environment")).split(":")[0],
  other: await told("other.echo"),
  found: (await Tool.discover({ category: "mcp" })).length === names.length,
};
