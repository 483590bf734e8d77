// The fragments of the other language, in this one.
let heard = 0;
function handler() { heard++; }
const hook_id = Hook.register("agent:before_execution", handler, "high");
{
// Register hooks with priority
Hook.register("tool:*:before_execution", handler, "high");

// Unregister hooks
Hook.unregister(hook_id);

// List hooks with filtering
const hooks = Hook.list({
    hook_point: "agent:*",
    language: "javascript",
    priority: "high"
});

// Pause/resume hooks
Hook.pause(hook_id);
Hook.resume(hook_id);
}
const sub_id = Event.subscribe("custom:*", handler);
{
// Subscribe to events with patterns
const sub_id = Event.subscribe("workflow.*.completed", handler);

// Emit custom events
Event.emit({
    event_type: "custom:milestone",
    payload: {progress: 0.75}
});

// Unsubscribe
Event.unsubscribe(sub_id);

// Get event statistics
const stats = Event.stats();
}
await util.sleep(1);
return heard;
