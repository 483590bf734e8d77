// What QuickJS has in JavaScript comes as its compiler's output, whose instructions have other numbers: it is compiled
// here, where it is used first. No source stays with it, as with what is native.

static void strip(JSContext *c, JSValueConst value) {
  if (JS_VALUE_GET_TAG(value) != JS_TAG_FUNCTION_BYTECODE) return;
  JSFunctionBytecode *function = JS_VALUE_GET_PTR(value);
  js_free(c, function->source);
  function->source = NULL;
  function->source_len = 0;
  for (int i = 0; i < function->cpool_count; i++) strip(c, function->cpool[i]);
}

static JSValue compile_builtin(JSContext *c, const uint8_t *text, size_t size) {
  char *copy = js_malloc(c, size + 1); // what is compiled ends with a NUL
  if (!copy) return JS_EXCEPTION;
  memcpy(copy, text, size);
  copy[size] = 0;
  JSValue function = JS_Eval(c, copy, size, "native", JS_EVAL_TYPE_GLOBAL | JS_EVAL_FLAG_COMPILE_ONLY);
  js_free(c, copy);
  strip(c, function);
  return function;
}
