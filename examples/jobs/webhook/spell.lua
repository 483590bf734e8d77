-- Handles a message from elsewhere by its kind, and keeps a record of what was done: -- issue.json
local message = JSON.decode(util.read_file(arg[1] or "issue.json"))
local record = {}
Hook.register("agent:after_execution", function(context) record[#record + 1] = "asked " .. context.component_id.name end)
Event.subscribe("issue.**", function(event) record[#record + 1] = ("%s %d"):format(event.type, event.data.number) end)

local handlers = {}
handlers["issue.opened"] = function(issue)
  local reader = Agent.create{name = "reader", model = "openai/gpt-4o-mini", system = "You name labels of an issue, with commas between them."}
  local labels = {}
  for label in reader:run(issue.title .. "\n" .. issue.body):gmatch("[^,%s]+") do labels[#labels + 1] = label:lower() end
  Event.emit("issue.labelled", {number = issue.number, labels = labels})
  return {labels = labels, number = issue.number}
end
handlers["issue.closed"] = function(issue) return {number = issue.number} end

local handle = handlers[message.type]
if not handle then
  print("There is nothing to do for " .. tostring(message.type))
  os.exit(0)
end
-- The same message may come twice.
local key = ("%s:%d"):format(message.type, message.issue.number)
if State.load("webhook", key) then
  print("This was done before.")
  os.exit(0)
end
local result = handle(message.issue)
State.save("webhook", key, result)
while #record < 2 do util.sleep(1) end -- handlers of events run where a spell waits
for _, line in ipairs(record) do print(line) end
print("kept as " .. table.concat(State.list_keys("webhook"), ", "))
return result
