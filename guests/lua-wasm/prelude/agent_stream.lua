-- Streams: replies as they arrive.
-- After: agent.
local raw, guest = ...
local pull, mark, start_run, raise, release = guest.pull, guest.mark, guest.start_run, guest.raise, guest.release
local type, next, setmetatable, concat = type, next, setmetatable, table.concat
local methods = guest.agent_methods

-- A piece behaves as its text. It has one of: text, reasoning, tool {id, name, arguments}, tool_result {id, name, ok},
-- again (why the model is asked once more); the last one has done, and the whole reply.
local function piece(chunk)
  if chunk.text == nil then chunk.text = "" end
  chunk.done = false
  return mark(chunk, "reply")
end

local function last(reply)
  return mark({ text = "", done = true, reply = reply, usage = reply.usage, finish_reason = reply.finish_reason }, "reply")
end

-- Calls `on_piece` with each piece; false stops, and closes the provider's request. Gives the reply, as far as it came.
local function listen(operation, on_piece)
  local dropped <close> = operation
  local heard = {}
  while true do
    local what, chunk = pull(operation)
    if what == "done" then return mark(chunk, "reply") end
    heard[#heard + 1] = chunk.text
    if on_piece(piece(chunk)) == false then
      return mark({ text = concat(heard), finish_reason = "stopped", stopped = true }, "reply")
    end
  end
end

local streams = setmetatable({}, { __mode = "k" }) -- stream -> its operation, until that is over
local meta, calls = guest.handles{ __name = "stream", __metatable = false }, {}

-- The next piece; nil after the last one, which is `done`.
function calls.next(stream)
  local operation = streams[stream]
  if not operation then return nil end
  local what, chunk
  if type(operation) == "table" then
    -- An agent made of functions has its answer at once.
    local first = operation[1]
    operation[1] = nil
    if first then return first end
    chunk = operation[2]
  else
    what, chunk = pull(operation)
    if what == "chunk" then return piece(chunk) end
  end
  calls.close(stream)
  stream.reply = mark(chunk, "reply")
  return last(stream.reply)
end

function calls.close(stream)
  local operation = streams[stream]
  streams[stream] = nil
  if type(operation) == "userdata" then release(operation) end
end

-- Hears the rest: the whole reply.
function calls.collect(stream)
  while calls.next(stream) do end
  return stream.reply
end
function calls.is_done(stream) return streams[stream] == nil end

meta.__call, meta.__close = calls.next, calls.close
function meta.__index(_, key) return key ~= "reply" and guest.member(calls, key, "a stream") or nil end

-- With a function: calls it, and gives the reply. Without one: an iterator for `for`, which stops when the loop is left.
local function stream(start, on_piece)
  if on_piece ~= nil and type(on_piece) ~= "function" then raise("a stream takes a function that gets the pieces, not a " .. type(on_piece)) end
  local operation, reply = start()
  if on_piece and operation then return listen(operation, on_piece) end
  if on_piece then
    on_piece(mark({ text = reply.text, done = false }, "reply"))
    return reply
  end
  local made = setmetatable({}, meta)
  streams[made] = operation or { mark({ text = reply.text, done = false }, "reply"), reply }
  return made, nil, nil, made
end
guest.stream = stream

-- (prompt), (prompt, function), (prompt, options), (prompt, function, options), (prompt, options, function)
function methods.stream(agent, prompt, a, b)
  local on_piece, options = a, b
  if type(a) ~= "function" and (a ~= nil or type(b) == "function") then on_piece, options = b, a end
  return stream(function() return start_run(agent, prompt, options, "agent:stream", true) end, on_piece)
end
for _, name in next, { "invoke_stream", "run_stream", "execute_stream", "stream_chat", "chat_stream" } do methods[name] = methods.stream end
