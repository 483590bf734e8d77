-- What is wrong with a call is said in one line.
local told = {}
local function refused(work, ...)
  local ok, failure = pcall(work, ...)
  assert(not ok)
  local code = type(failure) ~= "string" and failure.code or "script"
  local message = type(failure) ~= "string" and failure.message or failure
  told[#told + 1] = code .. ": " .. message:gsub("^spell.lua:%d+: ", "")
end
refused(Artifact.store, nil, "custom", nil, "x")
refused(Artifact.store, nil, "costum", "n", "x")
refused(Artifact.store, nil, "custom", ("n"):rep(1025), "x")
refused(Artifact.store, nil, "custom", "", "x")
refused(Artifact.store, "no such session", "custom", "n", "x")
refused(Artifact.store, ("s"):rep(129), "custom", "n", "x")
refused(Artifact.store, nil, "custom", "n", "x", { mime_type = "text" })
refused(Artifact.store, nil, "custom", "n", "x", { tags = { "" } })
refused(Artifact.store, nil, "custom", "n", "x", { ttl_ms = 1, expires_at = 2 })
refused(Artifact.get, "", {})
refused(Artifact.get, 0)
refused(Artifact.query, { limit = 0 })
refused(Artifact.query, { name_pattern = ("*"):rep(129) })
refused(Artifact.query, { after = "x" })
refused(Artifact.query, { nam = "x" })
refused(Artifact.query, { session_id = "*", name = "x" })
refused(Artifact.versions, 7)
refused(Artifact.store_file, nil, "/etc/hostname")
refused(Artifact.get_to_file, nil, "n", "out.txt")
refused(Artifact.reader, "no")
local writers = {}
for i = 1, 16 do writers[i] = Artifact.writer(nil, nil, "w" .. i) end
refused(Artifact.writer, nil, nil, "w17")
for i = 1, 16 do assert(writers[i]:cancel()) end
assert(#Artifact.list("global") == 0)
return told
