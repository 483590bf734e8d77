-- Names that load a script when they are first read: no program can tell them from others.
local names = {}
for name in pairs(zigllms) do names[#names + 1] = name end
table.sort(names)
local found = { names = table.concat(names, " "), again = zigllms.agent == zigllms.agent }
-- Taken without metamethods; assigned and taken away before they are read.
found.raw = { type(rawget(_G, "schema")), type(rawget(zigllms, "tool")) }
output = nil
found.gone = { type(output), type(rawget(_G, "output")) }
zigllms.hook = 5
rawset(zigllms, "event", nil)
found.own = { zigllms.hook, type(zigllms.event) }
-- What a spell does to the globals does not reach them, and its own strictness does not see them.
local keep = { type = type, concat = table.concat, next = next, setmetatable = setmetatable, pcall = pcall }
type, next, string.gsub, string.find, table.concat = 1, 2, nil, nil, nil
keep.setmetatable(_G, {
  __index = function(_, name) error("no variable " .. name) end,
  __newindex = function(_, name) error("undeclared " .. name) end,
})
found.json = zigllms.output.parse("[1, 2]")
found.pattern = zigllms.workflow.Pattern.LOOP
found.strict = { keep.pcall(function() return nothing end), keep.pcall(function() nothing = 1 end) }
return { found.names, found.again, found.raw, found.gone, found.own, found.json, found.pattern, found.strict[1], found.strict[2] }
