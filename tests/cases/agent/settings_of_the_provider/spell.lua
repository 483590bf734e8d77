-- What the operator says of a provider and of one of its models: how many tokens to ask for, headers, prices, contexts.
local cheap = Agent.create{model = "local/m"}:run("go")
local dear = Agent.create{model = "local/big"}:run("go")
local own = Agent.create{model = "local/big", max_tokens = 7}:run("go")
local listed
for _, provider in ipairs(Provider.list()) do if provider.name == "local" then listed = provider end end
return {cheap.usage.cost, dear.usage.cost, own.usage.cost, listed.models[1].id, listed.models[1].context_tokens}
