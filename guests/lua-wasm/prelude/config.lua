-- The operator's configuration: read-only, and never a key. What other hosts let a spell set does not exist.
-- After: file, names, tool.
local raw, guest = ...
local get, covers = raw.config.get, raw.file.covers
local raise, text, say, array, stringify = guest.raise, guest.text, guest.messages, JSON.array, JSON.stringify
local tools, type, next, sort, gsub, upper = Tool.list, type, next, table.sort, string.gsub, string.upper

Config = {}
function Config.get(path) return get(path or "") end
function Config.get_all() return get("") end

-- The language of this spell.
function Config.get_default_engine() return "lua" end
function Config.get_default_provider() return get("default_provider") end

-- {kind, default_model, configured}, or nil.
function Config.get_provider(name)
  name = text(name) or raise(say.takes_text("Config.get_provider", "a provider's name", type(name)))
  local all = get("providers")
  return all and all[name]
end
function Config.list_providers()
  local names = array({})
  for name in next, get("providers") or {} do names[#names + 1] = name end
  sort(names)
  return names
end

-- Whether files below this folder may be read; without one, those of the folder that the run was started in.
function Config.is_file_access_allowed(path) return covers(path or ".", false) end
-- What bounds the run.
function Config.get_limits() return get("limits") end
function Config.get_security() return { limits = get("limits"), file_access = covers(".", false), read_only = true } end
Config.get_permissions = Config.get_security
-- The tools that this spell may call.
function Config.get_tools() return tools() end

-- One of the configuration's sections, or nil.
function Config.get_section(name)
  return get(text(name) or raise(say.takes_text("Config.get_section", "a section's name", type(name))))
end
-- All of it, as it is now: a run's configuration never changes.
Config.snapshot = Config.get_all
function Config.to_json() return stringify(get(""), 2) end

for _, name in next, guest.lists.config_names do Config[gsub(name, "_(%l)", upper)] = Config[name] end
