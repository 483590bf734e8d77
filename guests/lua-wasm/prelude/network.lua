-- http: requests to hosts that are granted.
-- After: names, reply.
local raw, guest = ...
raw = raw.network
local request, receive, take, release = raw.request, raw.receive, raw.take, raw.release
local drive, raise, text, kind, snake, nearest, say = guest.drive, guest.raise, guest.text, guest.kind, guest.snake, guest.nearest, guest.messages
local encode, decode = JSON.encode, JSON.decode
local words, known = guest.aliases.request_options, guest.sets.request_options
local error, type, next, pcall, tostring, setmetatable, rawget, rawset = error, type, next, pcall, tostring, setmetatable, rawget, rawset
local lower, find, byte, format, gsub, concat, upper = string.lower, string.find, string.byte, string.format, string.gsub, table.concat, string.upper

local members = {}

-- The options by their names here.
local function options_of(given, what)
  if given == nil then return {} end
  if type(given) ~= "table" or kind(given) then raise(what .. " takes a table of options, not a " .. type(given)) end
  local all = {}
  for key, value in next, given do
    local name = snake(key)
    name = words[name] or name
    if known[name] == nil then raise(say.no_option(what, tostring(key), type(key) == "string" and nearest(name, known) or "")) end
    if all[name] ~= nil then raise(say.given_twice(what, name)) end
    all[name] = value
  end
  return all
end

local function escape(value)
  return (gsub(value, "[^%w%-%._~]", function(sign) return format("%%%02X", byte(sign)) end))
end
local function word(value) return text(value) or type(value) == "number" and tostring(value) or type(value) == "boolean" and tostring(value) or nil end

-- The address with these parameters behind it.
local function with_query(url, query, what)
  if query == nil then return url end
  if type(query) ~= "table" then raise(what .. ": query must be a table of names and values") end
  local pairs_of, names = {}, {}
  for name in next, query do names[#names + 1] = tostring(name) end
  table.sort(names)
  for i = 1, #names do
    local value = word(query[names[i]]) or raise(what .. ": query." .. names[i] .. " must be a text or a number")
    pairs_of[i] = escape(names[i]) .. "=" .. escape(value)
  end
  if not pairs_of[1] then return url end
  local before, fragment = url, ""
  local at = find(url, "#", 1, true)
  if at then before, fragment = url:sub(1, at - 1), url:sub(at) end
  return before .. (find(before, "?", 1, true) and "&" or "?") .. concat(pairs_of, "&") .. fragment
end

-- A list of {name, value}, and the names in lower case.
local function headers_of(given, what)
  local list, names = {}, {}
  if given == nil then return list, names end
  if type(given) ~= "table" or kind(given) then raise(what .. ": headers must be a table of names and values") end
  for name, value in next, given do
    local shown = text(name) or raise(what .. ": headers must be a table of names and values")
    local values = type(value) == "table" and not text(value) and value or { value }
    for i = 1, #values do
      list[#list + 1] = { lower(shown), word(values[i]) or raise(what .. ": the header " .. shown .. " must be a text") }
    end
    names[lower(shown)] = true
  end
  table.sort(list, function(a, b) return a[1] < b[1] end)
  return list, names
end

-- What the host is asked for, and the body.
local function request_of(method, url, given, what)
  local options = options_of(given, what)
  url = text(url) or text(options.url) or raise(say.takes_text(what, "an address", type(url)))
  local headers, named = headers_of(options.headers, what)
  local body = options.body
  if options.json ~= nil then
    if body ~= nil then raise(what .. ": body and json are given both") end
    body = encode(options.json)
    if not named["content-type"] then headers[#headers + 1] = { "content-type", "application/json" } end
  elseif body ~= nil and not text(body) then
    if type(body) ~= "table" then raise(what .. ": body must be a text, or a table for JSON") end
    body = encode(body)
    if not named["content-type"] then headers[#headers + 1] = { "content-type", "application/json" } end
  end
  local asked = { url = with_query(url, options.query, what), method = method or text(options.method), redirect = options.redirect, timeout_ms = options.timeout_ms }
  if headers[1] then asked.headers = headers end
  return asked, body ~= nil and text(body) or nil, options.stream
end

-- Headers by their names in any case; of several of one name all, with commas between them.
local header_meta = { __metatable = false, __index = function(self, name)
  if type(name) ~= "string" then return nil end
  return rawget(self, (gsub(lower(name), "_", "-")))
end }
local function headers_in(list)
  local headers = {}
  for i = 1, #list do
    local name, value = list[i][1], list[i][2]
    headers[name] = headers[name] and headers[name] .. ", " .. value or value
  end
  return setmetatable(headers, header_meta)
end

local bodies = setmetatable({}, { __mode = "k" }) -- of responses that are streamed: their numbers

local methods = {}
function methods.json(response)
  if type(response) ~= "table" or rawget(response, "body") == nil then raise("response:json is called on a response, as response:json()") end
  return decode(response.body)
end
function methods:close()
  if bodies[self] then release(bodies[self]) end
  bodies[self] = nil
end
-- Its pieces, as they arrive. Leaving the loop closes it.
function methods:chunks()
  local number = bodies[self]
  if number == nil and rawget(self, "body") then raise("response:chunks: a request with {stream = true} comes in pieces") end
  local function next_piece()
    if not number then return nil end
    if drive(receive(number, false)) == 0 then
      number, bodies[self] = nil, nil
      return nil
    end
    local piece, problem = take(number)
    if not piece then error(problem, 0) end
    return piece
  end
  local closing = setmetatable({}, { __close = function() self:close() end })
  return next_piece, nil, nil, closing
end
local meta = { __metatable = false, __index = methods, __tostring = function(response) return "response " .. tostring(response.status) end }

local function send(method, url, options, what)
  local asked, body, stream = request_of(method, url, options, what)
  local found = drive(request(asked, body))
  local response = {
    status = found.status, status_code = found.status, reason = found.reason, status_text = found.reason, url = found.url,
    redirected = found.redirected, ok = found.status >= 200 and found.status < 300, headers = headers_in(found.headers),
  }
  setmetatable(response, meta)
  if stream then
    bodies[response] = found.body or false
    return response
  end
  response.body = ""
  if found.body then
    drive(receive(found.body, true))
    local whole, problem = take(found.body)
    if not whole then error(problem, 0) end
    response.body = whole
  end
  response.text = response.body
  return response
end

-- A response, whatever its status; or nil and the failure. What is not granted, and what is wrong in the call, is raised.
local function try(method, url, options, what)
  local ok, found = pcall(send, method, url, options, what)
  if ok then return found end
  if kind(found) == "failure" and found.code ~= "denied" and found.code ~= "invalid" then return nil, found end
  error(found, 0)
end

local function with_body(method, what)
  return function(url, body, options)
    local given = {}
    for key, value in next, options_of(options, what) do given[key] = value end
    if body ~= nil then
      if given.body ~= nil or given.json ~= nil then raise(say.given_twice(what, "body")) end
      given.body = body
    end
    return try(method, url, given, what)
  end
end
local function without_body(method, what)
  return function(url, options) return try(method, url, options, what) end
end

members.get, members.head, members.options = without_body("GET", "http.get"), without_body("HEAD", "http.head"), without_body("OPTIONS", "http.options")
members.delete = without_body("DELETE", "http.delete")
members.post, members.put, members.patch = with_body("POST", "http.post"), with_body("PUT", "http.put"), with_body("PATCH", "http.patch")
members.post_json = members.post

function members.get_json(url, options)
  local response, problem = members.get(url, options)
  if not response then return nil, problem end
  return decode(response.body)
end

-- (method, url, options), or {url, method, ...}.
function members.request(method, url, options)
  if type(method) == "table" and not kind(method) then return try(nil, nil, method, "http.request") end
  if url == nil or type(url) == "table" and not text(url) then return try(nil, method, url, "http.request") end
  return try(upper(text(method) or raise(say.takes_text("http.request", "a method", type(method)))), url, options, "http.request")
end
members.fetch = members.request

http = guest.open_names(members, "http")
