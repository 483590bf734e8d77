-- File organizer: looks at a folder, sorts by kind, asks a model for the unclear ones
local base = params.folder or "inbox"
local categories = {
    documents = { "txt", "md", "pdf" },
    data = { "csv", "json" },
    images = { "png", "jpg" },
}
local by_ext = {}
for name, list in pairs(categories) do for _, ext in ipairs(list) do by_ext[ext] = name end end

local listing = Tool.invoke("file-operations", { operation = "list", path = base })
assert(listing.success ~= false, listing.error and listing.error.message)
local entries = listing.result and listing.result.entries or listing.entries
table.sort(entries, function(a, b) return a.name < b.name end)

local sorter = Agent.builder():name("sorter"):type("llm"):model("ollama/llama3.1:8b"):temperature(0.0)
    :custom_config({ system_prompt = "Answer with one of: documents, data, images, unknown." }):build()

local moves, skipped = {}, {}
for _, entry in ipairs(entries) do
    if entry.type == "file" then
        local ext = entry.name:match("%.([^%.]+)$")
        local kind = by_ext[ext and ext:lower() or ""]
        if not kind then
            local reply = sorter:execute({ text = "Which category is " .. entry.name .. "?" })
            kind = reply.text:gsub("%s", ""):lower()
        end
        if kind == "unknown" then
            skipped[#skipped + 1] = entry.name
        else
            moves[#moves + 1] = { from = base .. "/" .. entry.name, to = "sorted/" .. kind .. "/" .. entry.name }
        end
    end
end

local dry = params.dry_run == "true"
for _, m in ipairs(moves) do
    local dir = m.to:match("^(.*)/")
    if not dry then
        local made = Tool.invoke("file-operations", { operation = "mkdir", path = dir, recursive = true })
        local copied = Tool.invoke("file-operations", { operation = "copy", source_path = m.from, target_path = m.to })
        if not copied.success then print("copy failed: " .. copied.error.message) end
    end
    print(string.format("%-20s -> %s", m.from, m.to))
end
print("skipped: " .. table.concat(skipped, ", "))

-- what is not there
local missing = Tool.invoke("file-operations", { operation = "read", path = base .. "/nothing.txt" })
print("missing: ", missing.success, missing.error and missing.error.code)
-- what is not allowed
local ok, err = pcall(Tool.invoke, "file-operations", { operation = "read", path = "/etc/hostname" })
print("outside: ", ok, (tostring(err):gsub("\n.*", "")))
-- a log via io
local f = assert(io.open("sorted/log.txt", "w"))
f:write("moved ", #moves, "\n")
f:write(string.format("%s\n", "done"))
f:close()
for line in io.lines("sorted/log.txt") do print("log: " .. line) end
local h <close> = io.open("sorted/log.txt", "r")
print(h:read("*l"), h:read("n"), h:read("a"))
print(io.open("sorted/nope.txt"))
return { moved = #moves, skipped = #skipped }
