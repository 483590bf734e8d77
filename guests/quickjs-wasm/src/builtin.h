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
  int flags = JS_EVAL_TYPE_GLOBAL | JS_EVAL_FLAG_COMPILE_ONLY;
  JSValue function = JS_Eval(c, (const char *)text, size - 1, "native", flags); // the last byte ends the text
  strip(c, function);
  return function;
}
