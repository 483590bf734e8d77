-- Streaming: what a function yields, one value at a time, when it is asked for.
-- Names: Streaming.
-- After: names.
local raw, guest = ...
local raise, say, array = guest.raise, guest.messages, JSON.array
local create, resume, yield, status, running = coroutine.create, coroutine.resume, coroutine.yield, coroutine.status, coroutine.running
local close, error, type, setmetatable, select = coroutine.close, error, type, setmetatable, select

local members, methods = {}, {}

local streams = setmetatable({}, { __mode = "k" }) -- stream -> {thread, given, value, ready, over}
local threads = setmetatable({}, { __mode = "k" }) -- thread -> true

local function own(stream, what)
  return streams[stream] or raise(what .. ": call it on a stream, as stream:next()")
end

-- Goes on to the next value, unless one is ready.
local function advance(known)
  if known.ready or known.over then return end
  if status(known.thread) ~= "suspended" then raise("the stream is being asked for its next value already: wait for that") end
  local given = known.given
  known.given = nil
  local ok, value = resume(known.thread, given)
  if not ok then
    known.over = true
    error(value, 0)
  end
  if status(known.thread) == "dead" then
    known.over, known.result = true, value
  else known.ready, known.value = true, value end
end

local function take(known)
  advance(known)
  local value = known.value
  known.ready, known.value = false, nil
  return value
end

-- The next value; nil when there are no more.
function methods.next(stream) return take(own(stream, "stream:next")) end
function methods.is_done(stream)
  local known = own(stream, "stream:is_done")
  advance(known)
  return known.over == true
end
-- All that are left, as a list.
function methods.collect(stream)
  local known, all = own(stream, "stream:collect"), array({})
  advance(known)
  while not known.over do
    all[#all + 1] = take(known)
    advance(known)
  end
  return all
end
-- Ends it: what its function has open is closed.
function methods.close(stream)
  local known = own(stream, "stream:close")
  if not known.over and status(known.thread) == "suspended" then close(known.thread) end
  known.over, known.ready, known.value = true, false, nil
end

local meta = {
  __metatable = false, __name = "stream",
  __index = function(_, name) return guest.member(methods, name, "a stream") end,
  __call = function(stream) return take(own(stream, "stream")) end, -- for value in stream do
}

-- Of a function that calls Streaming.yield(value), which it is given, too.
function members.create(main)
  if type(main) ~= "function" then raise(say.takes_function("Streaming.create", type(main))) end
  local thread, stream = create(main), setmetatable({}, meta)
  threads[thread], streams[stream] = true, { thread = thread, given = members.yield }
  return stream
end

function members.yield(value)
  if not threads[(running())] then raise("Streaming.yield is for the function that Streaming.create was given") end
  return yield(value)
end
members.new = members.create
return guest.open_names(members, "Streaming")
