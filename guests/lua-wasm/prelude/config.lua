-- The operator's configuration: read-only, and never a key.
local raw = ...
local get = raw.config.get

Config = {}
function Config.get(path) return get(path or "") end
function Config.get_all() return get("") end
Config.getAll = Config.get_all
