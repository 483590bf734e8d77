-- A file that could not be read has been taken in all the same: its failure may tell something.
local function ask() return pcall(function() return llm.agent({ model = "openai/gpt-4o" }):run("x") end) end
local before = ask()
local allowed, barred = pcall(tools.file_write, "other.txt", "x")
barred = allowed and barred.success or barred.message
local found = tools.file_read("missing.txt")
local ok, failure = ask()
return { before, barred, found.error.code, ok, failure.code, failure.details.mark, failure.details.by }
