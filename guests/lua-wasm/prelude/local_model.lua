-- LocalLLM: the models that an Ollama server has, by its own API. A host that is granted, like any other (--allow-net).
-- Names: LocalLLM.
-- After: config, network.
local raw, guest = ...
local raise, text, kind, say, error, next, type, pcall = guest.raise, guest.text, guest.kind, guest.messages, error, next, type, pcall
local get, request, decode, array = Config.get, http.request, JSON.decode, JSON.array
local find, sub, gsub = string.find, string.sub, string.gsub

local members = {}

local server -- that LocalLLM.use chose

-- Where it answers: what LocalLLM.use says, the configuration's provider of this kind, or where Ollama listens by itself.
local function address()
  if server then return server end
  local all = get("providers") or {}
  local first -- by name, as pairs come in any order
  for name, one in next, all do
    if one.kind == "ollama" and one.address and (not first or name < first) then first = name end
  end
  return first and all[first].address or "http://127.0.0.1:11434"
end

-- Only Ollama is there.
local function backend_of(name, what)
  if name == nil then return end
  name = text(name) or raise(say.takes_text(what, "a backend's name", type(name)))
  if name ~= "ollama" and name ~= "all" then raise(what .. ": there is no backend '" .. name .. "': it is \"ollama\"") end
end

local function refuse(status, body, reason)
  local ok, told = pcall(decode, body)
  local why = ok and type(told) == "table" and text(told.error) or reason or ""
  error(guest.failure(status == 404 and "not-found" or "network", "LocalLLM: the server answered " .. status .. ": " .. why), 0)
end

local function ask(method, path, body, options)
  local all = { method = method, json = body }
  for key, value in next, options or {} do all[key] = value end
  local response, failure = request(method, address() .. path, all)
  if not response then error(failure, 0) end
  if not response.ok and not all.stream then refuse(response.status, response.body, response.reason) end
  return response
end

-- For the calls that follow, another server: "http://127.0.0.1:11434".
function members.use(url)
  url = text(url) or raise(say.takes_text("LocalLLM.use", "an address", type(url)))
  server = gsub(url, "/+$", "")
  return true
end

-- {running, backend, version, models}; `running` is false where nobody answers. What is not granted is raised.
function members.status(backend)
  backend_of(backend, "LocalLLM.status")
  local ok, response = pcall(ask, "GET", "/api/version")
  if not ok then
    if kind(response) == "failure" and response.code == "network" then
      return { running = false, backend = "ollama", models = 0, error = response.message }
    end
    error(response, 0)
  end
  local all = decode(ask("GET", "/api/tags").body).models
  return { running = true, backend = "ollama", version = decode(response.body).version, models = #all }
end

-- {{id, backend, size_bytes, modified_at, family, parameters, quantization}}
function members.list(backend)
  backend_of(backend, "LocalLLM.list")
  local all, found = decode(ask("GET", "/api/tags").body).models, array({})
  for i = 1, #all do
    local one, about = all[i], all[i].details or {}
    found[i] = {
      id = one.name, name = one.name, backend = "ollama", size_bytes = one.size, modified_at = one.modified_at, digest = one.digest,
      family = about.family, parameters = about.parameter_size, quantization = about.quantization_level,
    }
  end
  return found
end

local function model_of(name, what)
  name = text(name) or raise(say.takes_text(what, "a model's name", type(name)))
  return (gsub(name, "^ollama/", ""))
end

-- What the server says of a model: {id, backend, family, parameters, quantization, capabilities, context_length, template, license}
function members.info(name)
  name = model_of(name, "LocalLLM.info")
  local about = decode(ask("POST", "/api/show", { model = name }).body)
  local details, length = about.details or {}, nil
  for key, value in next, about.model_info or {} do
    if find(key, "%.context_length$") then length = value end
  end
  return {
    id = name, name = name, backend = "ollama", family = details.family, format = details.format, parameters = details.parameter_size,
    quantization = details.quantization_level, capabilities = about.capabilities, context_length = length,
    template = about.template, license = about.license,
  }
end

local function step_of(line)
  local one = decode(line)
  if one.error then error(guest.failure("network", "LocalLLM.pull: " .. (text(one.error) or "the server gave up")), 0) end
  local total, done = one.total, one.completed
  return {
    status = one.status, digest = one.digest, total_bytes = total, downloaded_bytes = done,
    percent = total and total > 0 and (done or 0) * 100 // total or nil,
  }
end

-- (model, function of {status, downloaded_bytes, total_bytes, percent}): the server fetches it. {model, status, steps}; a function
-- that returns false ends the call.
function members.pull(name, on_progress)
  name = model_of(name, "LocalLLM.pull")
  if on_progress ~= nil and type(on_progress) ~= "function" then raise(say.takes_function("LocalLLM.pull: on_progress", type(on_progress))) end
  local response = ask("POST", "/api/pull", { model = name, stream = true }, { stream = true })
  if not response.ok then
    local whole = ""
    for piece in response:chunks() do whole = whole .. piece end
    refuse(response.status, whole, response.reason)
  end
  local rest, last, steps = "", nil, 0
  local function hear(line)
    if not find(line, "%S") then return true end
    last, steps = step_of(line), steps + 1
    return not on_progress or on_progress(last) ~= false
  end
  for piece in response:chunks() do
    rest = rest .. piece
    while true do
      local place = find(rest, "\n", 1, true)
      if not place then break end
      if not hear(sub(rest, 1, place - 1)) then return { model = name, status = "stopped", steps = steps } end
      rest = sub(rest, place + 1)
    end
  end
  hear(rest)
  return { model = name, status = last and last.status or "nothing", steps = steps }
end
-- Removes a model from the server.
function members.remove(name)
  ask("DELETE", "/api/delete", { model = model_of(name, "LocalLLM.remove") })
  return true
end
members.delete, members.show = members.remove, members.info
return guest.open_names(members, "LocalLLM")
