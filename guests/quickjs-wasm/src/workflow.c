// Workflows as objects. Handle 0 is never given out: it marks one that was dropped.
#include <stdlib.h>

#include "guest.h"

typedef OF(workflow, own_workflow_t) own_workflow;
typedef OF(workflow, list_borrow_agent_t) lent_agents;

static JSClassID class;

bool borrow_workflow(context *c, JSValueConst value, OF(workflow, borrow_workflow_t) *workflow) {
  uintptr_t handle = (uintptr_t)JS_GetOpaque(value, class);
  if (!handle) return JS_ThrowTypeError(c, "the workflow is closed"), false;
  *workflow = OF(workflow, borrow_workflow)((own_workflow){(int32_t)handle});
  return true;
}

// Those of a list. The caller frees `agents->ptr`, also where something was thrown: false.
static bool lend_agents(context *c, JSValueConst list, lent_agents *agents) {
  int64_t count;
  *agents = (lent_agents){NULL, 0};
  if (JS_GetLength(c, list, &count)) return false;
  agents->ptr = calloc((size_t)count + 1, sizeof *agents->ptr);
  if (!agents->ptr) return JS_ThrowOutOfMemory(c), false;
  for (agents->len = 0; agents->len < (size_t)count; agents->len++) {
    JSValue entry = JS_GetPropertyUint32(c, list, (uint32_t)agents->len);
    OF(agent, borrow_agent_t) agent;
    bool good = !JS_IsException(entry) && borrow_agent(c, entry, &agent);
    JS_FreeValue(c, entry);
    if (!good) return false;
    agents->ptr[agents->len].__handle = agent.__handle;
  }
  return true;
}

static JSValue wrap_workflow(context *c, own_workflow made) {
  JSValue workflow = JS_NewObjectClass(c, class);
  if (JS_IsException(workflow)) OF(workflow, workflow_drop_own)(made);
  else JS_SetOpaque(workflow, (void *)(uintptr_t)made.__handle);
  return workflow;
}

static JSValue workflow_create(context *c, JSValueConst this, int count, JSValueConst *arguments) { // definition, [agent, ...]
  json_text json;
  spell_string_t definition;
  lent_agents agents = {NULL, 0};
  own_workflow made;
  failure_t failure;
  bool good = encode(c, arguments[0], 0, &json, &definition) && lend_agents(c, arguments[1], &agents);
  if (good) {
    good = OF(workflow, create)(&definition, &agents, &made, &failure) ||
           (make_room(&failure) && OF(workflow, create)(&definition, &agents, &made, &failure));
    if (!good) throw_failure(c, &failure);
  }
  free(agents.ptr);
  free_json(&json);
  return good ? wrap_workflow(c, made) : JS_EXCEPTION;
}

static void finalize(JSRuntime *unused, JSValueConst workflow) {
  uintptr_t handle = (uintptr_t)JS_GetOpaque(workflow, class);
  JS_SetOpaque(workflow, NULL);
  if (handle) OF(workflow, workflow_drop_own)((own_workflow){(int32_t)handle});
}

static JSValue workflow_close(context *c, JSValueConst this, int count, JSValueConst *arguments) { // workflow
  if (JS_GetClassID(arguments[0]) == class) finalize(runtime, arguments[0]);
  return JS_UNDEFINED;
}

static JSValue workflow_setup(context *c, JSValueConst this, int count, JSValueConst *arguments) { // once, before the snapshot
  JS_NewClassID(runtime, &class);
  JS_NewClass(runtime, class, &(JSClassDef){"Workflow", .finalizer = finalize});
  JS_SetClassProto(c, class, JS_NewObjectProto(c, JS_NULL));
  return JS_UNDEFINED;
}

const JSCFunctionListEntry workflow_functions[] = {
    JS_CFUNC_DEF("create", 2, workflow_create), JS_CFUNC_DEF("close", 1, workflow_close), JS_CFUNC_DEF("setup", 0, workflow_setup), {}};
