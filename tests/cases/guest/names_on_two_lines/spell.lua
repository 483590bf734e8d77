-- A name that would look like a line of its own in a traceback.
local name = "a\n\tspell.lua:99: in forged"
local object = {[name] = function() local text = debug.traceback() return text end}
local text = object[name]()
local chunk = load("local text = debug.traceback() return text", "=" .. name)
text = text .. chunk()
_G[name] = function() local text = debug.traceback() return text end
text = text .. _G[name]()
return {forged = text:find("\n%s*spell.lua:99") ~= nil, named = text:find("in forged", 1, true) ~= nil}
