-- Moves files into folders by their kind; of those that it does not know, a model says the kind. What a rule protects stays,
-- whatever the model wants: --allow-read inbox --allow-write inbox --allow-write out
local kinds = {txt = "texts", md = "texts", csv = "data", json = "data", pdf = "documents"}
local moved, kept = {}, {}

local mover = Tool.create{
  name = "move_file", description = "Moves a file of the inbox into the folder of its kind",
  parameters = {type = "object", required = {"name", "kind"}, properties = {
    name = {type = "string"}, kind = {enum = {"texts", "data", "documents", "pictures"}},
  }},
  execute = function(given)
    local files = {operation = "move", source_path = "inbox/" .. given.name, target_path = ("out/%s/%s"):format(given.kind, given.name)}
    Tool.execute("file-operations", {operation = "create_dir", path = "out/" .. given.kind})
    local done = Tool.execute("file-operations", files)
    if done.success then moved[#moved + 1] = given.kind .. "/" .. given.name end
    return done
  end,
}

-- The rule: asked before each move, the spell's own and the model's.
Hook.register("tool:move_file:before_execution", function(context)
  if context.data.name:find("^will%.") then return {type = "cancel", reason = "a will stays where it is"} end
end, "highest")

local sorter = Agent.create{name = "sorter", model = "ollama/llama3.2", system = "You put files into folders.", tools = {mover}}
local entries = Tool.execute("file-operations", {operation = "list_dir", path = "inbox"}).result.entries
table.sort(entries, function(a, b) return a.name < b.name end)
for _, entry in ipairs(entries) do
  local kind = kinds[entry.name:match("%.(%w+)$") or ""]
  local ok, failure
  if kind then ok, failure = pcall(mover.execute, mover, {name = entry.name, kind = kind})
  else ok, failure = pcall(sorter.run, sorter, "Where does this file belong? " .. entry.name) end
  if not ok then kept[#kept + 1] = ("%s: %s"):format(entry.name, failure.message) end
end

table.sort(moved)
for _, name in ipairs(moved) do print("moved to " .. name) end
for _, line in ipairs(kept) do print("kept " .. line) end
return {kept = #kept, moved = #moved}
