-- An agent with tools, hooks that guard them
local inventory = { apple = 3, pear = 0 }
local stock = Tool.create({
    name = "stock_level",
    description = "Tells how many there are",
    parameters = { type = "object", properties = { item = { type = "string", description = "what" } }, required = { "item" } },
    execute = function(params)
        local n = inventory[params.item]
        if not n then error("unknown item " .. params.item) end
        return { item = params.item, count = n }
    end,
})
Tool.register({
    name = "order",
    description = "Orders items",
    parameters = { { name = "item", type = "string", required = true }, { name = "count", type = "number", required = false, default = 1 } },
    execute = function(p)
        inventory[p.item] = (inventory[p.item] or 0) + (p.count or 1)
        return "ordered " .. tostring(p.count or 1) .. " " .. p.item
    end,
})
local audit = {}
local handle = Hook.register("BeforeToolExecution", function(ctx)
    audit[#audit + 1] = ctx.tool_name or ctx.component_id.name
    if ctx.data and ctx.data.count and ctx.data.count > 100 then
        return { continue_execution = false, reason = "too many" }
    end
    return "continue"
end, "high")
Hook.register("tool:after_execution", function(ctx) audit[#audit] = audit[#audit] .. "+" end, "low")

local clerk = Agent.builder():name("clerk"):model("openai/gpt-4"):tools({ "stock_level", "order", "calculator" }):system_prompt("You run a shop."):build()
print(clerk:has_tool("order"), #clerk:discover_tools())
local a = clerk:execute({ text = "How many apples?" })
print(a.text)
local b = clerk:execute({ text = "Order 500 pears" })
print(b.text, inventory.pear)
local c = clerk:execute({ text = "How many plums?" })
print(c.text)
print(table.concat(audit, " "))
print(stock:execute({ item = "apple" }).count or stock:execute({ item = "apple" }).result.count)
print(pcall(stock.execute, stock, { item = 5 }))
print(select(2, pcall(stock.execute, stock, { item = "kiwi" })))
local direct = clerk:use_tool("order", { item = "pear", count = 2 })
print(type(direct) == "table" and (direct.result or direct.text) or direct, inventory.pear)
print(Tool.exists("order"), Tool.exists("nope"), Tool.get("order").name, Tool.get("nope"))
local names = {}
for _, t in ipairs(Tool.list()) do names[t.name] = true end
print(names.calculator, names.order, names["text-manipulator"])
local schema = Tool.get("calculator").schema
print(schema and schema.name or "-", type(Tool.categories()))
print(handle:hook_point(), handle:unregister(), #Hook.list())
local composite = Agent.wrap_as_tool("clerk", { tool_name = "ask_clerk", category = "shop" })
print(composite)
local boss = Agent.builder():name("boss"):model("openai/gpt-4"):tools({ composite }):build()
print(boss:execute("Ask the clerk").text)
print(Tool.text_manipulator and "indexed" or "no", Tool.execute("text_manipulator", { operation = "reverse", input = "abc" }).result.result)
for _, i in ipairs({ { "calculator", { input = "sqrt(16) + 2^3" } }, { "uuid_generator", { operation = "generate" } }, { "base64_encoder", { operation = "encode", input = "hi" } }, { "hash_calculator", { operation = "hash", input = "x", algorithm = "md5" } }, { "date_time_handler", { operation = "now" } }, { "json_processor", { operation = "query", input = '{"a":{"b":[1,2]}}', query = ".a.b[1]" } }, { "csv_analyzer", { operation = "analyze", input = "a,b\n1,2\n" } }, { "diff_calculator", { type = "text", old_text = "a\n", new_text = "b\n" } }, { "data_validation", { input = "x@y.z", rules = { rules = { { type = "email" } } } } }, { "template_engine", { template = "Hi {{name}}", variables = { name = "Bo" } } }, { "url-analyzer", { operation = "analyze", input = "https://a.b/c?d=e" } }, { "graph-builder", { operation = "create_graph" } }, { "citation-formatter", { operation = "list_styles" } } }) do
    local ok, r = pcall(Tool.invoke, i[1], i[2])
    print(i[1], ok, ok and r.success, not ok and r or (r.error and r.error.message) or "")
end
