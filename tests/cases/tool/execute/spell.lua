-- A tool is defined in many spellings, and called in as many.
local add = Tool.create({
  name = "add",
  description = "Adds two numbers",
  category = "sums",
  tags = { "numbers" },
  parameters = {
    type = "object",
    properties = { a = { type = "number" }, b = { type = "number", default = 1 } },
    required = { "a" },
  },
  execute = function(input) return input.a + (input.b or 1) end,
})
tools.register("shout", "Makes a text louder", {
  type = "object", properties = { text = { type = "string" } }, required = { "text" },
}, function(input) return { text = input.text:upper(), success = true } end)
Tool.register("bye", { description = "Says goodbye", handler = function() return "bye" end })
Tool.define({ name = "old-list", parameters = {
  { name = "second", type = "string", description = "the second" }, { name = "first", type = "string", required = true },
}, fn = function(input) return (input.second or "-") .. input.first end })

local all = {
  Tool.execute("add", { a = 1, b = 2 }), Tool.invoke("add", { a = 1 }), add({ a = 5, b = 5 }), add:execute({ a = 2, b = 2 }),
  add.execute({ a = 3, b = 3 }), add:invoke(4, 4), tools.add(1, 1), Tool.add(2), tools.shout("hi").text,
  tools.shout({ text = "you" }).text, Tool.get("shout"):execute({ text = "a" }).text, Tool.bye(), Tool.execute("bye", {}),
  tools.execute("bye"), Tool.getByName("bye"):invoke(), tools["old_list"]("s", "f"), Tool.old_list({ first = "f" }),
}
local schema = Tool.get_schema("old-list")
local description = add.getSchema().parameters[1]
local names = {}
for i, tool in ipairs(Tool.list()) do names[i] = tool.source == "spell" and tool.name or nil end
local found = {}
for _, tool in ipairs(Tool.discover({ category = "sums" })) do found[#found + 1] = tool.name end
for _, tool in ipairs(Tool.discover({ text = "LOUDER" })) do found[#found + 1] = tool.name end
for _, tool in ipairs(Tool.discover({ tag = "none" })) do found[#found + 1] = tool.name end
local removed = { Tool.remove("bye"), Tool.unregister("bye"), Tool.exists("bye"), tools.remove("shout"), Tool.exists("add") }
return {
  all = all, names = names, found = found, removed = removed, unknown = Tool.get("bye") == nil,
  about = { add.name, add.description, add.category, add.tags[1], add.parameters.required[1], tostring(add) },
  parameter = { description.name, description.type, description.required }, second = schema.parameters[1].name,
  order = Tool.get_info("old-list").positional, categories = { (table.concat(Tool.categories(), " "):match("sums")) }, source = Tool.info("add").source,
}
