-- From a file that is granted, and to one, without passing the spell.
local kept = Artifact.store_file(nil, "in/a.md", "user_input", { tags = { "t" } })
assert(kept.name == "a.md" and kept.mime_type == "text/markdown" and kept.size == 7 and kept.tags[1] == "t")
assert(Artifact.get("a.md").content == "# Tides")
local named = Artifact.store_file(nil, "in/a.md", nil, { name = "other" })
assert(named.name == "other" and named.content_hash == kept.content_hash)
local written = Artifact.get_to_file("", kept, "out/b.md")
assert(written.content_hash == kept.content_hash)
local function code(work, ...)
  local ok, failure = pcall(work, ...)
  return not ok and failure.code
end
return {
  code(Artifact.store_file, nil, "in/missing.md"), code(Artifact.store_file, nil, "out/b.md"),
  code(Artifact.get_to_file, "", kept, "in/a.md"), code(Artifact.get_to_file, "", "missing", "out/c.md"),
  code(Artifact.store_file, nil, "in"), code(Artifact.store_file, nil, "in/../in/a.md"),
}
