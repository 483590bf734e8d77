// The scripts that make the pleasant API, in the order in which they are loaded.
#include "prelude.h"

#include "guest.h"

#define EMBEDDED static const char
EMBEDDED value[] = {
#embed "../prelude/value.lua"
};
EMBEDDED reply[] = {
#embed "../prelude/reply.lua"
};
EMBEDDED lifetime[] = {
#embed "../prelude/lifetime.lua"
};
EMBEDDED run[] = {
#embed "../prelude/run.lua"
};
EMBEDDED scheduler[] = {
#embed "../prelude/scheduler.lua"
};
EMBEDDED task[] = {
#embed "../prelude/task.lua"
};
EMBEDDED handler[] = {
#embed "../prelude/handler.lua"
};
EMBEDDED operation[] = {
#embed "../prelude/operation.lua"
};
EMBEDDED output[] = {
#embed "../prelude/output.lua"
};
EMBEDDED log_[] = {
#embed "../prelude/log.lua"
};
EMBEDDED clock_[] = {
#embed "../prelude/clock.lua"
};
EMBEDDED environment[] = {
#embed "../prelude/environment.lua"
};
EMBEDDED module[] = {
#embed "../prelude/module.lua"
};
EMBEDDED random_[] = {
#embed "../prelude/random.lua"
};
EMBEDDED budget[] = {
#embed "../prelude/budget.lua"
};
EMBEDDED config[] = {
#embed "../prelude/config.lua"
};
EMBEDDED exit_[] = {
#embed "../prelude/exit.lua"
};
EMBEDDED names[] = {
#embed "../prelude/names.lua"
};
EMBEDDED dialect[] = {
#embed "../prelude/dialect.lua"
};
EMBEDDED agent_stream[] = {
#embed "../prelude/agent_stream.lua"
};
EMBEDDED agent_state[] = {
#embed "../prelude/agent_state.lua"
};
EMBEDDED agent_names[] = {
#embed "../prelude/agent_names.lua"
};
EMBEDDED agent_tool[] = {
#embed "../prelude/agent_tool.lua"
};
EMBEDDED agent_composite[] = {
#embed "../prelude/agent_composite.lua"
};
EMBEDDED agent_context[] = {
#embed "../prelude/agent_context.lua"
};
EMBEDDED agents[] = {
#embed "../prelude/agents.lua"
};
EMBEDDED llm[] = {
#embed "../prelude/llm.lua"
};
EMBEDDED provider[] = {
#embed "../prelude/provider.lua"
};
EMBEDDED zigllms_agent[] = {
#embed "../prelude/zigllms_agent.lua"
};
EMBEDDED agent[] = {
#embed "../prelude/agent.lua"
};
EMBEDDED hook[] = {
#embed "../prelude/hook.lua"
};
EMBEDDED event[] = {
#embed "../prelude/event.lua"
};
EMBEDDED zigllms_hook[] = {
#embed "../prelude/zigllms_hook.lua"
};
EMBEDDED zigllms_event[] = {
#embed "../prelude/zigllms_event.lua"
};
EMBEDDED state[] = {
#embed "../prelude/state.lua"
};
EMBEDDED state_names[] = {
#embed "../prelude/state_names.lua"
};
EMBEDDED state_backup[] = {
#embed "../prelude/state_backup.lua"
};
EMBEDDED storage[] = {
#embed "../prelude/storage.lua"
};
EMBEDDED zigllms_memory[] = {
#embed "../prelude/zigllms_memory.lua"
};
EMBEDDED tool_definition[] = {
#embed "../prelude/tool_definition.lua"
};
EMBEDDED tool[] = {
#embed "../prelude/tool.lua"
};
EMBEDDED zigllms_tool[] = {
#embed "../prelude/zigllms_tool.lua"
};
EMBEDDED guest[] = {
#embed "../prelude/guest.lua"
};

// For scripts that only spell otherwise what others offer.
static const luaL_Reg no_functions[] = {{NULL, NULL}};

const prelude_script prelude[] = {
    {value, sizeof value, value_functions},
    {reply, sizeof reply, value_functions},
    {lifetime, sizeof lifetime, scheduler_functions},
    {scheduler, sizeof scheduler, scheduler_functions},
    {run, sizeof run, scheduler_functions},
    {handler, sizeof handler, operation_functions},
    {operation, sizeof operation, operation_functions},
    {task, sizeof task, scheduler_functions},
    {output, sizeof output, output_functions},
    {log_, sizeof log_, log_functions},
    {clock_, sizeof clock_, clock_functions},
    {environment, sizeof environment, environment_functions},
    {module, sizeof module, module_functions},
    {random_, sizeof random_, random_functions},
    {config, sizeof config, config_functions},
    {budget, sizeof budget, budget_functions},
    {exit_, sizeof exit_, exit_functions},
    {hook, sizeof hook, hook_functions},
    {event, sizeof event, event_functions},
    {zigllms_hook, sizeof zigllms_hook, no_functions},
    {zigllms_event, sizeof zigllms_event, no_functions},
    {tool_definition, sizeof tool_definition, tool_functions},
    {tool, sizeof tool, tool_functions},
    {zigllms_tool, sizeof zigllms_tool, tool_functions},
    {names, sizeof names, no_functions},
    {state, sizeof state, state_functions},
    {state_backup, sizeof state_backup, state_functions},
    {state_names, sizeof state_names, no_functions},
    {storage, sizeof storage, no_functions},
    {zigllms_memory, sizeof zigllms_memory, no_functions},
    {dialect, sizeof dialect, no_functions},
    {agent, sizeof agent, agent_functions},
    {agent_stream, sizeof agent_stream, agent_functions},
    {agent_state, sizeof agent_state, agent_functions},
    {agent_names, sizeof agent_names, no_functions},
    {agent_tool, sizeof agent_tool, no_functions},
    {agent_composite, sizeof agent_composite, no_functions},
    {agent_context, sizeof agent_context, no_functions},
    {agents, sizeof agents, no_functions},
    {llm, sizeof llm, agent_functions},
    {provider, sizeof provider, agent_functions},
    {zigllms_agent, sizeof zigllms_agent, agent_functions},
    {guest, sizeof guest, guest_functions},
    {NULL, 0, NULL},
};
