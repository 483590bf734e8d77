-- Artifacts outside of sessions: versions, contents kept once, types, queries, deletion.
local first = Artifact.store(nil, "agent_output", "report.md", "# One", { tags = { "a", "b" }, topic = "tides" })
assert(first.session_id == "global" and first.sequence == 1 and first.version == 1 and first.mime_type == "text/markdown")
assert(#first.content_hash == 64)
local second = Artifact.store("", "agent_output", "report.md", "# Two")
assert(second.version == 2 and second.sequence == 2 and #second.tags == 0)
-- The same content has the same hash.
local same = Artifact.store(nil, nil, "copy.md", "# One")
assert(same.content_hash == first.content_hash and same.type == "custom")
local got = Artifact.get("report.md")
assert(got.content == "# Two" and got.version == 2)
assert(Artifact.get("", { name = "report.md", version = 1 }).content == "# One")
assert(Artifact.get(first).content == "# One" and Artifact.get(first).metadata.topic == "tides")
assert(Artifact.get(1).content == "# One")
-- What is not there is nil.
assert(Artifact.get("no") == nil and Artifact.info("", 99) == nil and Artifact.exists("report.md"))
assert(Artifact.get({ sequence = 1, content_hash = ("0"):rep(64) }) == nil)
-- Tables are stored as JSON, bytes as they are, and nothing at all is a content, too.
local data = Artifact.store({ name = "data", content = { n = 1 }, type = "tool_result", ttl = 60 })
assert(data.mime_type == "application/json" and data.expires_at == data.created_at + 60000)
assert(JSON.decode(Artifact.get("data").content).n == 1)
local bytes = Artifact.store(nil, "custom", "x.bin", "\0\xff\1")
assert(bytes.size == 3 and bytes.mime_type == "application/octet-stream" and Artifact.get("x.bin").content == "\0\xff\1")
assert(Artifact.store(nil, "custom", "empty", "").size == 0 and Artifact.get("empty").content == "")
-- Both spellings, and other names for the same.
assert(Artifact.storeFile == Artifact.store_file and Artifact.put == Artifact.store)
local names = {}
for _, found in ipairs(Artifact.list()) do names[#names + 1] = found.name .. " " .. found.version end
local function count(query) return #Artifact.query(query) end
assert(count({ name_pattern = "*.md" }) == 3 and count({ type = "agent_output" }) == 2 and count({ tags = { "b", "a" } }) == 1)
assert(count({ mime_type = "text/*" }) == 4 and count({ min_size = 1, max_size = 3 }) == 1 and count({ limit = 2 }) == 2)
assert(count({ created_after = first.created_at, session_id = "*" }) == 6 and count({ created_before = 1 }) == 0)
local page = Artifact.page({ limit = 4, name_pattern = "*.md" })
assert(#page.artifacts == 3 and not page.next)
page = Artifact.page({ limit = 2 })
assert(#page.artifacts == 2 and #Artifact.page({ limit = 2, after = page.next }).artifacts == 2)
local versions = Artifact.versions("report.md")
assert(#versions == 2 and versions[1].version == 2)
-- One that is deleted leaves the others with its content.
assert(Artifact.delete(first) and not Artifact.delete(first) and Artifact.get("copy.md").content == "# One")
assert(Artifact.store(nil, nil, "report.md", "# Three").version == 3)
return names
