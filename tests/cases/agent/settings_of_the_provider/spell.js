// What the operator says of a provider and of one of its models: how many tokens to ask for, headers, prices, contexts.
const cheap = await Agent.create({ model: "local/m" }).run("go");
const dear = await Agent.create({ model: "local/big" }).run("go");
const own = await Agent.create({ model: "local/big", max_tokens: 7 }).run("go");
const listed = Provider.list().find((provider) => provider.name === "local");
return [cheap.usage.cost, dear.usage.cost, own.usage.cost, listed.models[0].id, listed.models[0].context_tokens];
