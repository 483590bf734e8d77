// Models and agents.
#include "guest.h"

typedef OF(agent, own_agent_t) own_agent;

static JSClassID class;

static bool check(context *c, JSValueConst value, OF(agent, borrow_agent_t) *agent) {
  uintptr_t handle = (uintptr_t)JS_GetOpaque(value, class);
  if (!handle) return JS_ThrowTypeError(c, "not an agent: call its methods as agent.run(prompt)"), false;
  *agent = OF(agent, borrow_agent)((own_agent){(int32_t)handle});
  return true;
}

static JSValue agent_complete(context *c, JSValueConst this, int count, JSValueConst *arguments) { // request -> operation
  json_text json;
  spell_string_t request;
  JSValue operation = JS_EXCEPTION;
  if (encode(c, arguments[0], 0, &json, &request)) operation = wrap_operation(c, OF(agent, complete)(&request));
  free_json(&json);
  return operation;
}

static JSValue agent_create(context *c, JSValueConst this, int count, JSValueConst *arguments) { // definition -> agent
  JSValue agent = JS_NewObjectClass(c, class);
  if (JS_IsException(agent)) return agent;
  json_text json;
  spell_string_t definition;
  own_agent handle;
  failure_t failure;
  bool good = encode(c, arguments[0], 0, &json, &definition);
  if (good) {
    good = OF(agent, create)(&definition, &handle, &failure) ||
           (make_room(&failure) && OF(agent, create)(&definition, &handle, &failure));
    if (good) JS_SetOpaque(agent, (void *)(uintptr_t)handle.__handle);
    else throw_failure(c, &failure);
  }
  free_json(&json);
  if (good) return agent;
  JS_FreeValue(c, agent);
  return JS_EXCEPTION;
}

static JSValue agent_run(context *c, JSValueConst this, int count, JSValueConst *arguments) { // agent, prompt, options -> operation
  OF(agent, borrow_agent_t) agent;
  json_text json;
  spell_string_t prompt, options;
  JSValue operation = JS_EXCEPTION;
  if (!check(c, arguments[0], &agent) || !get_text(c, arguments[1], &prompt)) return operation;
  if (encode(c, arguments[2], 0, &json, &options))
    operation = wrap_operation(c, OF(agent, method_agent_run)(agent, &prompt, &options));
  free_json(&json);
  free_text(c, &prompt);
  return operation;
}

static JSValue agent_describe(context *c, JSValueConst this, int count, JSValueConst *arguments) { // agent -> definition
  OF(agent, borrow_agent_t) agent;
  spell_string_t definition;
  if (!check(c, arguments[0], &agent)) return JS_EXCEPTION;
  OF(agent, method_agent_describe)(agent, &definition);
  return from_json(c, &definition);
}

static void close(JSRuntime *unused, JSValueConst agent) {
  uintptr_t handle = (uintptr_t)JS_GetOpaque(agent, class);
  if (handle) OF(agent, agent_drop_own)((own_agent){(int32_t)handle});
}

// Takes the agents' prototype; called once, before the snapshot.
static JSValue agent_setup(context *c, JSValueConst this, int count, JSValueConst *arguments) {
  JS_NewClassID(runtime, &class);
  JS_NewClass(runtime, class, &(JSClassDef){"Agent", .finalizer = close});
  JS_SetClassProto(c, class, JS_DupValue(c, arguments[0]));
  return JS_UNDEFINED;
}

const JSCFunctionListEntry agent_functions[] = {
    JS_CFUNC_DEF("complete", 1, agent_complete), JS_CFUNC_DEF("create", 1, agent_create), JS_CFUNC_DEF("run", 3, agent_run),
    JS_CFUNC_DEF("describe", 1, agent_describe), JS_CFUNC_DEF("setup", 1, agent_setup)};
GIVE(agent);
