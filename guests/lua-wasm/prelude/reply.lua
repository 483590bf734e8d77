-- Replies and failures: tables that can be used like the text they stand for.
local raw = ...
local text, kind, metatable = raw.value.text, raw.value.kind, raw.value.metatable
local rawget, next = rawget, next
local strings = string

local reply, failure = metatable("reply"), metatable("failure")

for _, meta in next, { reply, failure } do
  meta.__metatable = false
  function meta.__tostring(self) return text(self) end
  function meta.__len(self) return #text(self) end
  function meta.__concat(a, b) return (text(a) or a) .. (text(b) or b) end
  function meta.__lt(a, b) return (text(a) or a) < (text(b) or b) end
  function meta.__le(a, b) return (text(a) or a) <= (text(b) or b) end
end

-- What other dialects call the text.
local spellings = { content = true, output = true, response = true }

local function metadata(self)
  local usage = rawget(self, "usage")
  return {
    model = rawget(self, "model"), provider = rawget(self, "provider"),
    finish_reason = rawget(self, "finish_reason"), execution_time_ms = rawget(self, "duration_ms"),
    token_count = usage and usage.total_tokens, usage = usage, turns = rawget(self, "turns"), agent = rawget(self, "agent"),
  }
end

local function to_table(self)
  local copy = {}
  for key, value in next, self do copy[key] = value end
  for key in next, spellings do copy[key] = rawget(self, "text") end
  copy.success, copy.metadata, copy.data = true, metadata(self), rawget(self, "object")
  return copy
end

function reply.__index(self, key)
  if spellings[key] then return rawget(self, "text") end
  if key == "success" then return true end
  if key == "metadata" then return metadata(self) end
  if key == "data" then return rawget(self, "object") end
  if key == "table" or key == "to_table" or key == "toTable" then return to_table end
  return strings[key]
end
function reply.__eq(a, b) return kind(a) == kind(b) and text(a) == text(b) end

function failure.__index(_, key) return strings[key] end
