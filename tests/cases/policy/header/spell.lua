-- A spell may ask in its own first lines.
-- /// spell
-- name = "header"
-- [tools]
-- allow = ["lookup"]
-- ///
local ok, failure = pcall(Tool.execute, "mail", {})
return { Tool.execute("lookup", {}).found, failure.message }
