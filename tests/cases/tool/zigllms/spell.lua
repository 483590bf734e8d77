-- The same as zigllms spells it: ids, and an error for each that is unknown.
local tool = zigllms.tool
local id = tool.register({
  name = "data_processor", category = tool.Category.DATA,
  execute = function(input) return JSON.parse(input.data) end,
})
local unknown = {}
for _, name in ipairs({ "execute", "unregister", "get", "get_schema", "get_info" }) do
  local ok, failure = pcall(tool[name], "nowhere")
  unknown[#unknown + 1] = ok or failure.code
end
local slow = tool.register({ name = "slow", execute = function() util.sleep(1000) end })
local later = tool.execute(id, { data = "[3]" }, { mode = tool.ExecutionMode.ASYNC })
local in_time, failure = pcall(tool.execute, slow, {}, { timeout_ms = 10 })
local odd = pcall(tool.execute, slow, {}, { colour = 1 })
return {
  id = id, result = tool.execute(id, { data = "[1, 2]" }), later = later:await(), discovered = tool.discover("data")[1].name,
  listed = tool.list()[2].name, got = tool.get(id).name, exists = { tool.exists(id), tool.exists("nowhere") }, unknown = unknown,
  schema = tool.get_schema(id).type, info = tool.get_info(id).category, in_time = in_time, code = failure.code, odd = odd,
  valid = tool.validate({ name = "x" }).valid, invalid = #tool.validate({ name = "" }).errors,
  removed = tool.unregister(id), gone = tool.exists(id), direct = tool.ExecutionMode.DIRECT,
}
