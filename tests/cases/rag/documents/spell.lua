-- Documents in files: what is granted, each format as it reads.
local done = RAG.ingest({ { file = "docs/guide.md" }, { file = "docs/page.html" }, { file_path = "docs/table.csv" }, { file = "docs/code.lua" } })
local seen = { done.ids }
local function first(query)
  local hit = RAG.search(query).results[1]
  return hit and { hit.id, hit.text, hit.heading or "", hit.source } or "nothing"
end
seen[2], seen[3], seen[4], seen[5], seen[6] = first("tides"), first("berth"), first("depth 12"), first("anchor"), first("secret evil")
seen[7] = RAG.ingest_file("docs/guide.md").unchanged
local function why(document)
  local ok, problem = pcall(RAG.ingest, { { text = "first" }, document })
  seen[#seen + 1] = problem.code .. ": " .. problem.message
end
why({ file = "docs/no.pdf" })
why({ file = "docs/no.docx" })
why({ file = "secret.md" })
why({ file = "docs/none.md" })
why({ text = "<p hidden>x</p>", format = "html" })
return seen
