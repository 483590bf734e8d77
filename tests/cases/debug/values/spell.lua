-- Values as people read them.
local value = { list = { 1, 2, 3 }, name = "a\nb", on = true }
local compact = Debug.dumpCompact(value, "it")
local deep = Debug.dumpWithOptions({ a = { b = { c = 1 } } }, { compact = true, maxDepth = 2 })
local few = Debug.dump_with_options({ 1, 2, 3 }, { compact_mode = true, max_items = 1 })
assert(Debug.dump({ 1, { x = 2 } }) == "[\n  1,\n  {\n    x: 2\n  }\n]")
local round = {}
round.me = round
assert(Debug.dumpCompact(round) == "{ me: {…} }")
assert(Debug.dumpVerbose({ x = "y" }):find("table(1)", 1, true))
local ok, why = pcall(Debug.dumpWithOptions, 1, { depth = 2 })
local frames = (function() return Debug.stackTrace({ max_depth = 1 }).frames end)()
assert(#frames == 1 and frames[1].line > 0 and Debug.stackTraceJson():find("frames", 1, true))
return { compact, deep, few, (why:gsub("^[^:]*%.lua:%d+: ", "")), (frames[1].source:gsub("%..*", "")) }
