-- A crew of agents: classes, inheritance, a message bus, a scheduler with coroutines
local Object = {}
Object.__index = Object
function Object:extend(name) local c = setmetatable({}, { __index = self, __call = function(k, ...) local o = setmetatable({}, k) if o.init then o:init(...) end return o end }) c.__index = c; c.__name = name; c.super = self; return c end

local Bus = Object:extend("Bus")
function Bus:init() self.handlers = {} end
function Bus:on(topic, fn) self.handlers[topic] = self.handlers[topic] or {}; table.insert(self.handlers[topic], fn) return self end
function Bus:emit(topic, ...) for _, fn in ipairs(self.handlers[topic] or {}) do fn(...) end end

local Member = Object:extend("Member")
function Member:init(name, role, model)
    self.name, self.role = name, role
    self.agent = Agent.builder():name(name):model(model or "openai/gpt-4o-mini"):system_prompt("You are a " .. role .. "."):max_tokens(200):build()
    self.log = {}
end
function Member:work(task)
    local started = os.time()
    local response = self.agent:execute({ prompt = task })
    self.log[#self.log + 1] = { task = task, response = response.text, secs = os.time() - started }
    return response
end
function Member:__tostring() return self.name .. " (" .. self.role .. ")" end

local Lead = Member:extend("Lead")
function Lead:init(name) Lead.super.init(self, name, "team lead", "anthropic/claude-3-5-sonnet-20241022"); self.team = {} end
function Lead:hire(m) self.team[#self.team + 1] = m return self end
function Lead:delegate(goal)
    local plan = self:work("Plan: " .. goal)
    local tasks = {}
    for n, who, what in plan.content:gmatch("(%d+)%.%s*(%w+):%s*([^\n]+)") do tasks[tonumber(n)] = { who = who, what = what } end
    return tasks
end
Lead.__tostring = Member.__tostring

local bus = Bus()
local events = {}
bus:on("done", function(who, text) events[#events + 1] = who .. ": " .. text end)
local lead = Lead("lena"):hire(Member("Max", "developer")):hire(Member("Tess", "tester"))
print(tostring(lead), #lead.team, tostring(lead.team[1]))
local tasks = lead:delegate("a login page")
print("tasks", #tasks)

-- round-robin scheduler
local queue = {}
local function spawn(fn, ...) local co = coroutine.create(fn) queue[#queue + 1] = { co = co, args = table.pack(...) } end
for _, t in ipairs(tasks) do
    spawn(function(task)
        for _, m in ipairs(lead.team) do
            if m.name == task.who then
                coroutine.yield("start")
                local r = m:work(task.what)
                coroutine.yield("worked")
                bus:emit("done", m.name, r.text)
                return r
            end
        end
        error("nobody called " .. task.who)
    end, t)
end
local rounds = 0
while #queue > 0 do
    rounds = rounds + 1
    local job = table.remove(queue, 1)
    local ok, r = coroutine.resume(job.co, table.unpack(job.args, 1, job.args.n))
    if not ok then events[#events + 1] = "failed: " .. tostring(r):match("nobody.*")
    elseif coroutine.status(job.co) ~= "dead" then job.args = table.pack() queue[#queue + 1] = job end
end
print("rounds", rounds)
table.sort(events)
print(table.concat(events, "\n"))

-- in parallel with tasks
local replies = Task.all({
    Task.spawn(function() return lead.team[1]:work("again").text end),
    Task.spawn(function() return lead.team[2]:work("again").text end),
})
print(replies[1], replies[2])
-- voting
local votes = {}
for _, m in ipairs(lead.team) do local v = m:work("vote").text:match("%a+"):lower() votes[v] = (votes[v] or 0) + 1 end
local winner, max = nil, 0
for k, v in pairs(votes) do if v > max then winner, max = k, v end end
print("winner", winner, max)
-- memoize
local function memoize(f) local cache = setmetatable({}, { __mode = "k" }) local c2 = {} return function(k) if c2[k] == nil then c2[k] = f(k) end return c2[k] end end
local ask = memoize(function(q) return lead:work(q).text end)
print(ask("once") == ask("once"), #lead.log)
-- state of an agent across
lead.agent:save_state()
local history = lead.agent.get_state and lead.agent:get_state() or nil
print(type(history))
local metrics = lead.agent:get_metrics()
print(type(metrics))
for k, v in pairs({ lead.log[1].task }) do print(k, v) end
print(os.date("%d/%m/%Y", 86400), ("x"):rep(3, ","), #string.format("%-20s|", "ab"))
