-- require, dofile, loadfile: other files of the spell's own folder.
-- After: clock, output.
local raw, guest = ...
local load, read, way, raise, error, pcall, type, tostring = raw.module.load, raw.module.read, raw.module.way, guest.raise, error, pcall, type, tostring
local setmetatable, gsub, gmatch, find, concat, decode = setmetatable, string.gsub, string.gmatch, string.find, table.concat, JSON.decode

local loaded = {
  coroutine = coroutine, io = io, json = JSON, math = math, os = os, string = string, table = table, utf8 = utf8,
}
guest.modules = loaded
-- Modules that programs load for JSON: they encode and decode as this one does.
for _, name in next, { "cjson", "dkjson", "lunajson", "rapidjson" } do loaded[name] = JSON end
local function safely(call)
  return function(...)
    local ok, value = pcall(call, ...)
    if ok then return value end
    return nil, tostring(value)
  end
end
loaded["cjson.safe"] = setmetatable({ encode = safely(JSON.encode), decode = safely(decode) }, { __index = JSON, __metatable = false })
local loading = {} -- a list of names, and a set

-- Where else modules lie in the spell's folder. What leads out of it is never asked for.
local search = { path = "./?.lua;./?/init.lua;./lib/?.lua", cpath = "", config = "/\n;\n?\n!\n-\n", loaded = loaded, preload = {} }
package = search
local MOST_PLACES = 10

-- "lib.words" names a module as Lua has it, and "./lib/words" a path.
local function candidates(name)
  if find(name, "%.lua$") then return { name } end
  local path = find(name, "/", 1, true) and gsub(name, "^%./+", "") or gsub(name, "%.", "/")
  local paths = { path .. ".lua", path .. "/init.lua" }
  if find(name, "^%.+/") then return paths end
  local seen = { [paths[1]] = true, [paths[2]] = true }
  for template in gmatch(type(search.path) == "string" and search.path or "", "[^;]+") do
    local one = gsub(gsub(template, "^%./+", ""), "%?", (gsub(path, "%%", "%%%%")))
    local fits = find(template, "?", 1, true) and find(one, "%.lua$") and not find(one, "^/") and not find("/" .. one .. "/", "/../", 1, true)
    if fits and not seen[one] and #paths < MOST_PLACES then paths[#paths + 1], seen[one] = one, true end
  end
  return paths
end

-- A table of the JSON in a file beside the spell.
local function json_of(path)
  local text, failure = read(path)
  if text then
    local ok, value = pcall(decode, (gsub(text, "^\xef\xbb\xbf", "")))
    if not ok then raise("'" .. path .. "': " .. tostring(value)) end
    return function() return value end, path
  end
  return nil, failure
end

local function find_module(name)
  local paths, hint = candidates(name), ""
  for i = 1, #paths do
    local main, failure = load(paths[i])
    if main then return main, paths[i] end
    if failure.code ~= "not-found" then error(failure, 0) end
    if hint == "" then hint = gsub(failure.message, "^[^;]*", "") end -- "; did you mean …?"
  end
  if find(name, "%.json$") then
    local main, failure = json_of(name)
    if main then return main, name end
    if failure.code ~= "not-found" then error(failure, 0) end
    paths[#paths + 1] = name
  end
  if way(name) then hint = ": " .. way(name)
  elseif find(name, "%.txt$") or find(name, "%.md$") or find(name, "%.csv$") then hint = ": util.read_file(path) reads a text" end
  raise("module '" .. name .. "' not found: tried " .. concat(paths, " and ") .. hint)
end

local function done() loading[loading[#loading]], loading[#loading] = nil, nil end

function require(name)
  if type(name) ~= "string" then raise("require takes a name, not a " .. type(name)) end
  if loaded[name] ~= nil then return loaded[name] end
  if loading[name] then
    raise("module '" .. name .. "' requires itself: " .. concat(loading, " -> ") .. " -> " .. name)
  end
  local given = type(search.preload) == "table" and search.preload[name]
  local main, path
  if type(given) == "function" then main, path = given, ":preload:" else main, path = find_module(name) end
  loading[#loading + 1], loading[name] = name, true
  local guard <close> = setmetatable({}, { __close = done })
  local value = main(name, path)
  if value == nil then value = true end
  loaded[name] = value
  return value, path
end

function loadfile(path)
  local ok, main, failure = pcall(load, path)
  if not ok then return nil, main end
  if not main then return nil, tostring(failure) end
  return main
end

function dofile(path)
  local main, failure = load(path)
  if not main then error(failure, 0) end
  return main()
end
