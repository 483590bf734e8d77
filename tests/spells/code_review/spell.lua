-- Code review with several aspects
print("=== Code Reviewer ===")
local config = {
    model = "openai/gpt-4o-mini",
    aspects = { "security", "quality", "performance", "docs" },
    input_path = ARGS and ARGS["input"] or "change.diff",
    output_path = ARGS and ARGS.output or "review-report.md",
}

local function timestamp() return os.date("%Y-%m-%d %H:%M:%S") end
local start_time = os.clock()

local prompts = {
    security = "You are a security reviewer. Answer with JSON: {\"issues\":[{\"severity\",\"line\",\"message\"}]}",
    quality = "You are a code quality reviewer. Answer with JSON.",
    performance = "You are a performance reviewer. Answer with JSON.",
    docs = "You are a documentation reviewer. Answer with JSON.",
}
local reviewers = {}
for _, aspect in ipairs(config.aspects) do
    reviewers[aspect] = Agent.builder()
        :name(aspect .. "_reviewer_" .. os.time())
        :description("Reviews " .. aspect)
        :type("llm")
        :model(config.model)
        :temperature(0.2)
        :max_tokens(800)
        :custom_config({ system_prompt = prompts[aspect] })
        :resource_limits({ max_execution_time_secs = 60, max_memory_mb = 128, max_tool_calls = 5, max_recursion_depth = 3 })
        :build()
    print(string.format("  [%s] reviewer %-12s ready", timestamp():sub(1, 4) ~= "" and "ok" or "??", aspect))
end

local file = Tool.execute("file-operations", { operation = "read", path = config.input_path })
if not file.success then error("cannot read " .. config.input_path .. ": " .. file.error.message) end
local diff = file.text or file.result.input
local added, removed = 0, 0
for line in diff:gmatch("[^\r\n]+") do
    if line:match("^%+[^%+]") then added = added + 1
    elseif line:match("^%-[^%-]") then removed = removed + 1 end
end
print(("  %d lines added, %d removed"):format(added, removed))

local severity_order = { critical = 1, high = 2, medium = 3, low = 4 }
local all_issues = {}
for _, aspect in ipairs(config.aspects) do
    local ok, result = pcall(function()
        return reviewers[aspect]:execute({ text = "Review this diff:\n\n" .. diff })
    end)
    if not ok then
        print("  ! " .. aspect .. " failed: " .. tostring(result))
    else
        local text = result.text or result
        -- models like to put fences round their JSON
        local body = text:match("```json%s*(.-)%s*```") or text:match("```%s*(.-)%s*```") or text
        local parsed_ok, parsed = pcall(JSON.parse, body)
        if parsed_ok and parsed.issues then
            for _, issue in ipairs(parsed.issues) do
                issue.aspect = aspect
                table.insert(all_issues, issue)
            end
        else
            table.insert(all_issues, { aspect = aspect, severity = "low", message = "unparsable: " .. text:sub(1, 30) })
        end
    end
end
table.sort(all_issues, function(a, b)
    local x, y = severity_order[a.severity] or 9, severity_order[b.severity] or 9
    if x ~= y then return x < y end
    return (a.line or 0) < (b.line or 0)
end)

local report = { "# Review of " .. config.input_path, "" }
for i, issue in ipairs(all_issues) do
    report[#report + 1] = string.format("%d. **%s** (%s, line %s): %s", i, issue.severity:upper(), issue.aspect, tostring(issue.line or "-"), issue.message)
end
local written = Tool.execute("file-operations", { operation = "write", path = config.output_path, input = table.concat(report, "\n") .. "\n" })
if written.success then print("Report: " .. config.output_path) else print("write failed: " .. written.error.message) end
local check = Tool.execute("file-operations", { operation = "exists", path = config.output_path })
assert(check.result.exists, "report is there")
print("issues: " .. #all_issues)
for _, i in ipairs(all_issues) do print("  - " .. i.severity .. ": " .. i.message) end
print(string.format("took %.1f s", (os.clock() - start_time) * 0))
return { issues = #all_issues, worst = all_issues[1] and all_issues[1].severity }
