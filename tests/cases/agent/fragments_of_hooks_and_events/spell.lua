-- Two fragments as they are written, with what they take for granted before and after them.
local heard = 0
local function handler() heard = heard + 1 end
local hook_id = Hook.register("agent:before_execution", handler, "high")
do
-- Register hooks with priority
Hook.register("tool:*:before_execution", handler, "high")

-- Unregister hooks
Hook.unregister(hook_id)

-- List hooks with filtering
local hooks = Hook.list({
    hook_point = "agent:*",
    language = "lua",
    priority = "high"
})

-- Pause/resume hooks
Hook.pause(hook_id)
Hook.resume(hook_id)
end
local sub_id = Event.subscribe("custom:*", handler)
do
-- Subscribe to events with patterns
local sub_id = Event.subscribe("workflow.*.completed", handler)

-- Emit custom events
Event.emit({
    event_type = "custom:milestone",
    payload = {progress = 0.75}
})

-- Unsubscribe
Event.unsubscribe(sub_id)

-- Get event statistics
local stats = Event.stats()
end
return heard
