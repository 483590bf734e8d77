// Models and agents.
#include "guest.h"

typedef OF(agent, own_agent_t) own_agent;
typedef OF(agent, borrow_agent_t) borrow_agent;

static JSClassID class;

static bool check(context *c, JSValueConst value, borrow_agent *agent) {
  uintptr_t handle = (uintptr_t)JS_GetOpaque(value, class);
  if (!handle) return JS_ThrowTypeError(c, "the agent is closed"), false;
  *agent = OF(agent, borrow_agent)((own_agent){(int32_t)handle});
  return true;
}

// Imports that take a request and start work.
enum { COMPLETE, EMBED, RERANK };
static JSValue agent_ask(context *c, JSValueConst this, int count, JSValueConst *arguments, int what) { // request -> operation
  json_text json;
  spell_string_t request;
  JSValue operation = JS_EXCEPTION;
  if (encode(c, arguments[0], 0, &json, &request))
    operation = wrap_operation(c, what == COMPLETE ? OF(agent, complete)(&request, within())
                                  : what == EMBED  ? OF(agent, embed)(&request, within())
                                                   : OF(agent, rerank)(&request, within()));
  free_json(&json);
  return operation;
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

static JSValue agent_run(context *c, JSValueConst this, int count, JSValueConst *arguments) { // agent, prompt, options -> operation
  borrow_agent agent;
  json_text prompt_json, options_json;
  spell_string_t prompt, options;
  JSValue operation = JS_EXCEPTION;
  if (!check(c, arguments[0], &agent)) return operation;
  if (encode(c, arguments[1], 0, &prompt_json, &prompt)) {
    if (encode(c, arguments[2], 0, &options_json, &options))
      operation = wrap_operation(c, OF(agent, method_agent_run)(agent, &prompt, &options, within()));
    free_json(&options_json);
  }
  free_json(&prompt_json);
  return operation;
}

static JSValue agent_shutdown(context *c, JSValueConst this, int count, JSValueConst *arguments) { // agent -> operation
  borrow_agent agent;
  if (!check(c, arguments[0], &agent)) return JS_EXCEPTION;
  return wrap_operation(c, OF(agent, method_agent_shutdown)(agent, within()));
}

enum { DESCRIBE, STATUS, HISTORY };
static JSValue agent_tell(context *c, JSValueConst this, int count, JSValueConst *arguments, int what) { // agent -> value
  borrow_agent agent;
  spell_string_t text;
  if (!check(c, arguments[0], &agent)) return JS_EXCEPTION;
  if (what == DESCRIBE) OF(agent, method_agent_describe)(agent, &text);
  else if (what == STATUS) OF(agent, method_agent_status)(agent, &text);
  else OF(agent, method_agent_history)(agent, &text);
  return from_json(c, &text);
}

static JSValue agent_set_history(context *c, JSValueConst this, int count, JSValueConst *arguments) { // agent, messages
  borrow_agent agent;
  json_text json;
  spell_string_t messages;
  failure_t failure;
  JSValue done = JS_EXCEPTION;
  if (!check(c, arguments[0], &agent)) return done;
  if (encode(c, arguments[1], 0, &json, &messages))
    done = OF(agent, method_agent_set_history)(agent, &messages, &failure) ? JS_TRUE : throw_failure(c, &failure);
  free_json(&json);
  return done;
}

static JSValue agent_set_state(context *c, JSValueConst this, int count, JSValueConst *arguments) { // agent, state, message?
  borrow_agent agent;
  spell_string_t state, message;
  failure_t failure;
  bool told = !JS_IsUndefined(arguments[2]);
  if (!check(c, arguments[0], &agent) || !get_text(c, arguments[1], &state)) return JS_EXCEPTION;
  JSValue done = JS_EXCEPTION;
  if (!told || get_text(c, arguments[2], &message)) {
    bool good = OF(agent, method_agent_set_state)(agent, &state, told ? &message : NULL, &failure);
    done = good ? JS_TRUE : throw_failure(c, &failure);
    if (told) free_text(c, &message);
  }
  free_text(c, &state);
  return done;
}

static JSValue agent_providers(context *c, JSValueConst this, int count, JSValueConst *arguments) {
  spell_string_t text;
  OF(agent, providers)(&text);
  return from_json(c, &text);
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

static JSValue agent_setup(context *c, JSValueConst this, int count, JSValueConst *arguments) { // once, before the snapshot
  JS_NewClassID(runtime, &class);
  JS_NewClass(runtime, class, &(JSClassDef){"Agent", .finalizer = finalize});
  JS_SetClassProto(c, class, JS_NewObjectProto(c, JS_NULL));
  return JS_UNDEFINED;
}

const JSCFunctionListEntry agent_functions[] = {
    JS_CFUNC_MAGIC_DEF("complete", 1, agent_ask, COMPLETE), JS_CFUNC_MAGIC_DEF("embed", 1, agent_ask, EMBED),
    JS_CFUNC_MAGIC_DEF("rerank", 1, agent_ask, RERANK), JS_CFUNC_DEF("create", 1, agent_create),
    JS_CFUNC_DEF("run", 3, agent_run), JS_CFUNC_DEF("shutdown", 1, agent_shutdown),
    JS_CFUNC_MAGIC_DEF("describe", 1, agent_tell, DESCRIBE), JS_CFUNC_MAGIC_DEF("status", 1, agent_tell, STATUS),
    JS_CFUNC_MAGIC_DEF("history", 1, agent_tell, HISTORY), JS_CFUNC_DEF("setHistory", 2, agent_set_history),
    JS_CFUNC_DEF("setState", 3, agent_set_state), JS_CFUNC_DEF("providers", 0, agent_providers),
    JS_CFUNC_DEF("close", 1, agent_close), JS_CFUNC_DEF("setup", 0, agent_setup)};
GIVE(agent);
