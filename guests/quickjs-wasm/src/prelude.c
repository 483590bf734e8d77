// The scripts that make the pleasant API, in the order in which they are loaded.
#include "prelude.h"

#include "guest.h"

#define EMBEDDED static const char
EMBEDDED value_js[] = {
#embed "../prelude/value.js"
};
EMBEDDED options_js[] = {
#embed "../prelude/options.js"
};
EMBEDDED reply_js[] = {
#embed "../prelude/reply.js"
};
EMBEDDED operation_js[] = {
#embed "../prelude/operation.js"
};
EMBEDDED lifetime_js[] = {
#embed "../prelude/lifetime.js"
};
EMBEDDED task_js[] = {
#embed "../prelude/task.js"
};
EMBEDDED handler_js[] = {
#embed "../prelude/handler.js"
};
EMBEDDED clock_js[] = {
#embed "../prelude/clock.js"
};
EMBEDDED timer_js[] = {
#embed "../prelude/timer.js"
};
EMBEDDED show_js[] = {
#embed "../prelude/show.js"
};
EMBEDDED output_js[] = {
#embed "../prelude/output.js"
};
EMBEDDED log_js[] = {
#embed "../prelude/log.js"
};
EMBEDDED environment_js[] = {
#embed "../prelude/environment.js"
};
EMBEDDED module_js[] = {
#embed "../prelude/module.js"
};
EMBEDDED random_js[] = {
#embed "../prelude/random.js"
};
EMBEDDED budget_js[] = {
#embed "../prelude/budget.js"
};
EMBEDDED config_js[] = {
#embed "../prelude/config.js"
};
EMBEDDED exit_js[] = {
#embed "../prelude/exit.js"
};
EMBEDDED hook_js[] = {
#embed "../prelude/hook.js"
};
EMBEDDED event_js[] = {
#embed "../prelude/event.js"
};
EMBEDDED zigllms_hook_js[] = {
#embed "../prelude/zigllms_hook.js"
};
EMBEDDED state_js[] = {
#embed "../prelude/state.js"
};
EMBEDDED state_names_js[] = {
#embed "../prelude/state_names.js"
};
EMBEDDED state_backup_js[] = {
#embed "../prelude/state_backup.js"
};
EMBEDDED storage_js[] = {
#embed "../prelude/storage.js"
};
EMBEDDED zigllms_memory_js[] = {
#embed "../prelude/zigllms_memory.js"
};
EMBEDDED zigllms_event_js[] = {
#embed "../prelude/zigllms_event.js"
};
EMBEDDED names_js[] = {
#embed "../prelude/names.js"
};
EMBEDDED promise_js[] = {
#embed "../prelude/promise.js"
};
EMBEDDED tool_definition_js[] = {
#embed "../prelude/tool_definition.js"
};
EMBEDDED tool_js[] = {
#embed "../prelude/tool.js"
};
EMBEDDED zigllms_tool_js[] = {
#embed "../prelude/zigllms_tool.js"
};
EMBEDDED dialect_js[] = {
#embed "../prelude/dialect.js"
};
EMBEDDED agent_js[] = {
#embed "../prelude/agent.js"
};
EMBEDDED agent_stream_js[] = {
#embed "../prelude/agent_stream.js"
};
EMBEDDED agent_state_js[] = {
#embed "../prelude/agent_state.js"
};
EMBEDDED agent_names_js[] = {
#embed "../prelude/agent_names.js"
};
EMBEDDED agents_js[] = {
#embed "../prelude/agents.js"
};
EMBEDDED agent_tool_js[] = {
#embed "../prelude/agent_tool.js"
};
EMBEDDED agent_composite_js[] = {
#embed "../prelude/agent_composite.js"
};
EMBEDDED agent_context_js[] = {
#embed "../prelude/agent_context.js"
};
EMBEDDED llm_js[] = {
#embed "../prelude/llm.js"
};
EMBEDDED provider_js[] = {
#embed "../prelude/provider.js"
};
EMBEDDED zigllms_agent_js[] = {
#embed "../prelude/zigllms_agent.js"
};
EMBEDDED guest_js[] = {
#embed "../prelude/guest.js"
};

#define SCRIPT(name, interface) {name##_js, sizeof name##_js, interface##_functions, &interface##_count}

const prelude_script prelude[] = {
    SCRIPT(value, value),
    SCRIPT(options, value),
    SCRIPT(reply, value),
    SCRIPT(lifetime, task),
    SCRIPT(operation, operation),
    SCRIPT(handler, operation),
    SCRIPT(task, task),
    SCRIPT(clock, clock),
    SCRIPT(timer, operation),
    SCRIPT(show, value),
    SCRIPT(output, output),
    SCRIPT(log, log),
    SCRIPT(environment, environment),
    SCRIPT(module, module),
    SCRIPT(random, random),
    SCRIPT(config, config),
    SCRIPT(budget, budget),
    SCRIPT(exit, exit),
    SCRIPT(hook, hook),
    SCRIPT(event, event),
    SCRIPT(zigllms_hook, value),
    SCRIPT(zigllms_event, value),
    SCRIPT(names, value),
    SCRIPT(promise, operation),
    SCRIPT(tool_definition, value),
    SCRIPT(tool, tool),
    SCRIPT(zigllms_tool, value),
    SCRIPT(state, state),
    SCRIPT(state_backup, state),
    SCRIPT(state_names, value),
    SCRIPT(storage, value),
    SCRIPT(zigllms_memory, value),
    SCRIPT(dialect, value),
    SCRIPT(agent, agent),
    SCRIPT(agent_stream, operation),
    SCRIPT(agent_state, agent),
    SCRIPT(agent_names, value),
    SCRIPT(agents, value),
    SCRIPT(agent_tool, value),
    SCRIPT(agent_composite, operation),
    SCRIPT(agent_context, value),
    SCRIPT(llm, agent),
    SCRIPT(provider, agent),
    SCRIPT(zigllms_agent, value),
    SCRIPT(guest, value),
    {},
};
