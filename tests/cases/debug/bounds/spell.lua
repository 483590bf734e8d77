-- Texts that are cut within a letter, bytes that are no text, levels of no message, ids of many timers.
local long = Debug.dump({ text = "a" .. ("ä"):rep(2000) })
local _, off = pcall(Debug.log, "off", "x")
local id
for i = 1, 1001 do id = Debug.timer("t").id end
Debug.info("one")
local _, wrong = pcall(Debug.dump_with_options, {}, { max_depth = "x" })
local order = Debug.dump_compact({ [10] = 1, ["1a"] = 2, [2] = 3 })
return { long:find("…", 1, true) ~= nil, (off:gsub("^spell.lua:%d+: ", "")), id, #Debug.get_captured_entries(1e9), Debug.dump("\xff") == '"\\\\xff"', (wrong:gsub("^spell.lua:%d+: ", "")), order }
