-- The last of the prelude.
local raw, guest = ...

-- What a spell was given takes their place when a run begins (src/request.c), and finds it ready.
params, ARGS, arg = {}, {}, {}

string.dump = nil
loadstring, unpack = load, table.unpack
debug = { traceback = raw.guest.traceback }
guest.modules.debug = debug
