-- The last of the prelude. What a spell was given becomes globals when a run begins: src/request.c.
local raw, guest = ...

string.dump = nil
loadstring, unpack = load, table.unpack
debug = { traceback = raw.traceback }
guest.modules.debug = debug
