// Agents as objects. Handle 0 is never given out: it marks one that was dropped.
#include "guest.h"

typedef OF(agent, own_agent_t) own_agent;

static JSClassID class;

bool borrow_agent(context *c, JSValueConst value, OF(agent, borrow_agent_t) *agent) {
  uintptr_t handle = (uintptr_t)JS_GetOpaque(value, class);
  if (!handle) return JS_ThrowTypeError(c, "the agent is closed"), false;
  *agent = OF(agent, borrow_agent)((own_agent){(int32_t)handle});
  return true;
}

static JSValue agent_create(context *c, JSValueConst this, int count, JSValueConst *arguments) { // definition -> [agent, operation?]
  json_text json;
  spell_string_t definition;
  OF(agent, tuple2_own_agent_option_own_operation_t) made;
  failure_t failure;
  bool good = encode(c, arguments[0], 0, &json, &definition);
  if (good) {
    good = OF(agent, create)(&definition, within(), &made, &failure) ||
           (make_room(&failure) && OF(agent, create)(&definition, within(), &made, &failure));
    if (!good) throw_failure(c, &failure);
  }
  free_json(&json);
  if (!good) return JS_EXCEPTION;
  JSValue agent = JS_NewObjectClass(c, class);
  if (JS_IsException(agent)) OF(agent, agent_drop_own)(made.f0);
  else JS_SetOpaque(agent, (void *)(uintptr_t)made.f0.__handle);
  JSValue pair[] = {agent, made.f1.is_some ? wrap_operation(c, made.f1.val) : JS_UNDEFINED};
  return JS_NewArrayFrom(c, 2, pair);
}

static void finalize(JSRuntime *unused, JSValueConst agent) {
  uintptr_t handle = (uintptr_t)JS_GetOpaque(agent, class);
  JS_SetOpaque(agent, NULL);
  if (handle) OF(agent, agent_drop_own)((own_agent){(int32_t)handle});
}

static JSValue agent_close(context *c, JSValueConst this, int count, JSValueConst *arguments) { // agent
  if (JS_GetClassID(arguments[0]) == class) finalize(runtime, arguments[0]);
  return JS_UNDEFINED;
}

static JSValue agent_is_alone(context *c, JSValueConst this, int count, JSValueConst *arguments) { // an object of a property
  return JS_NewBool(c, JS_IsObject(arguments[0]) && is_alone(arguments[0]));
}

static JSValue agent_collect(context *c, JSValueConst this, int count, JSValueConst *arguments) { // what refers to itself
  JS_RunGC(runtime);
  return JS_UNDEFINED;
}

static JSValue agent_setup(context *c, JSValueConst this, int count, JSValueConst *arguments) { // once, before the snapshot
  JS_NewClassID(runtime, &class);
  JS_NewClass(runtime, class, &(JSClassDef){"Agent", .finalizer = finalize});
  JS_SetClassProto(c, class, JS_NewObjectProto(c, JS_NULL));
  return JS_UNDEFINED;
}

const JSCFunctionListEntry agent_functions[] = {
    JS_CFUNC_DEF("create", 1, agent_create), JS_CFUNC_DEF("close", 1, agent_close), JS_CFUNC_DEF("setup", 0, agent_setup),
    JS_CFUNC_DEF("isAlone", 1, agent_is_alone), JS_CFUNC_DEF("collect", 0, agent_collect), {}};
