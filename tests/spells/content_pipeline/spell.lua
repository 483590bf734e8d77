-- Content generation with quality gate
local planner = Agent.builder():name("planner"):type("llm"):model("openai/gpt-3.5-turbo"):temperature(0.7):max_tokens(300):build()
local writer = Agent.builder():name("writer"):type("llm"):model("anthropic/claude-3-haiku"):max_tokens(900):build()
local editor = Agent.builder():name("editor"):model("openai/gpt-4o"):build()

local pipeline = Workflow.builder()
    :name("content_pipeline")
    :description("plan, write, edit")
    :sequential()
    :add_step({ name = "plan", type = "agent", agent = "planner", input = "Plan an article about {{topic}} for {{audience}}" })
    :add_step({ name = "draft", type = "agent", agent = "writer", input = "Write from this plan: {{step:plan:output}}" })
    :add_step({ name = "count", type = "tool", tool = "text-manipulator", input = { operation = "uppercase", input = "{{step:plan:output}}" } })
    :add_step({ name = "stamp", type = "tool", tool = "template-creator",
        input = { template = "<<{{title}}>>", variables = { title = "{{topic}}" }, engine = "handlebars" } })
    :build()

local formats = { blog = { min = 3 }, tweet = { max = 50 } }
local function quality(text, format)
    local words = select(2, text:gsub("%S+", ""))
    local rule = formats[format]
    if rule.min and words < rule.min then return false, ("too short: %d words"):format(words) end
    if rule.max and #text > rule.max then return false, ("too long: %d chars"):format(#text) end
    return true
end

local ok, result = pcall(function() return pipeline:execute({ topic = "tea", audience = "beginners" }) end)
if not ok then print("workflow failed: " .. tostring(result)) return { status = "failed" } end
print("success:", result.success)
print("steps:", result.data and result.data.steps_executed)
local draft = pipeline:get_output("draft")
local text = type(draft) == "table" and (draft.text or draft.output) or draft
print("draft: " .. text)
local count = pipeline:get_output("count")
print("count: " .. (type(count) == "table" and (count.result and (count.result.result or count.result) or JSON.stringify(count)) or tostring(count)))
local good, why = quality(text, "blog")
print("quality", good, why)
good, why = quality(text, "tweet")
print("quality", good, why)

-- editorial loop
local revise = Workflow.builder():loop():name("revise")
    :with_range({ start = 1, ["end"] = 4, step = 1 })
    :add_step({ name = "edit", type = "agent", agent = "editor", input = "Revision {{loop:current_value}}" })
    :max_iterations(10)
    :build()
local revised = revise:execute({})
print("revisions: " .. revised.data.completed_iterations)

-- a condition
local publish = Workflow.builder():conditional():name("publish")
    :condition({ type = "shared_data_equals", key = "approved", value = "yes" })
    :add_then_step({ name = "go", type = "tool", tool = "calculator", input = { operation = "evaluate", input = "6*7" } })
    :add_else_step({ name = "hold", type = "tool", tool = "uuid-generator", input = { operation = "generate", version = "v4" } })
    :build()
publish:set_shared_data("approved", "yes")
local published = publish:execute({})
print("branches: " .. tostring(published.data.executed_branches))
local go = publish:get_output("go")
print("go: " .. tostring(go.result and go.result.result or go))
-- parallel
local p = Workflow.builder():parallel():name("media"):max_concurrency(2)
    :add_step({ name = "hash", type = "tool", tool = "hash-calculator", input = { operation = "hash", algorithm = "sha256", input = "tea" } })
    :add_step({ name = "b64", type = "tool", tool = "base64-encoder", input = { operation = "encode", input = "tea" } })
    :build()
local both = p:execute()
print("parallel: " .. tostring(both.success), both.outputs.b64.result.output, #both.outputs.hash.result.hash)
print("id: " .. (type(p:get_id()) == "string" and "ok" or "none"))
print(JSON.stringify(p:get_info().type))
