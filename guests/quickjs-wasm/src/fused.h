// What the instructions of fused-opcode.h do, inside the interpreter's loop: all that they stand for where that is
// quick and can't fail. Where it is not, they do the first of these alone, or become it again; the others come next.
//
// `pc` is behind the first byte. There its operands begin, and each of the others is a byte and its operands.

#define LOCAL(at) var_buf[pc[at]]
#define ARGUMENT(at) arg_buf[get_u16(pc + (at))]
#define OUTSIDE(at) (*var_refs[get_u16(pc + (at))]->pvalue)
#define NUMBER(at) js_int32(get_i8(pc + (at)))
#define NUMBER16(at) js_int32(get_i16(pc + (at)))
#define NUMBER32(at) js_int32(get_u32(pc + (at)))

#define FIRST_ALONE(value, size) \
  *sp++ = js_dup(value); \
  pc += (size); \
  BREAK
#define BECOME(first) \
  *(uint8_t *)--pc = OP_##first; \
  BREAK

// --- Numbers.

#define FITS_add(exact, a, b) ((exact) == (int32_t)(exact))
#define FITS_sub FITS_add
// A product of 0 may be -0, which is no integer.
#define FITS_mul(exact, a, b) ((exact) == (int32_t)(exact) && ((exact) != 0 || ((a) | (b)) >= 0))

#define ARITHMETIC(name, left_value, right_value, word, sign, otherwise, store) \
  CASE(OP_##name): { \
    JSValue left = (left_value), right = (right_value), result; \
    int64_t exact; \
    double a, b; \
    if (likely(JS_VALUE_IS_BOTH_INT(left, right)) && \
        (exact = (int64_t)JS_VALUE_GET_INT(left) sign JS_VALUE_GET_INT(right), \
         likely(FITS_##word(exact, JS_VALUE_GET_INT(left), JS_VALUE_GET_INT(right))))) { \
      result = js_int32(exact); \
    } else if (js_arith_to_float64(left, &a) && js_arith_to_float64(right, &b)) { \
      result = js_float64(a sign b); \
    } else { \
      otherwise; \
    } \
    store; \
    BREAK; \
  }

#define RIGHT(name, kind, size, word, sign) \
  ARITHMETIC(name##_##word, sp[-1], kind(0), word, sign, FIRST_ALONE(right, size), sp[-1] = result; pc += (size) + 1)
#define BOTH(name, kind, size, right_kind, right_size, word, sign) \
  ARITHMETIC(name##_##word, kind(0), right_kind((size) + 1), word, sign, FIRST_ALONE(left, size), \
             *sp++ = result; pc += (size) + (right_size) + 2)

RIGHT(get_loc8, LOCAL, 1, add, +)
RIGHT(get_loc8, LOCAL, 1, sub, -)
RIGHT(get_loc8, LOCAL, 1, mul, *)
RIGHT(get_arg, ARGUMENT, 2, add, +)
RIGHT(get_arg, ARGUMENT, 2, sub, -)
RIGHT(get_arg, ARGUMENT, 2, mul, *)
RIGHT(push_i8, NUMBER, 1, add, +)
RIGHT(push_i8, NUMBER, 1, sub, -)
RIGHT(push_i8, NUMBER, 1, mul, *)
BOTH(get_loc8_get_loc8, LOCAL, 1, LOCAL, 1, add, +)
BOTH(get_loc8_get_loc8, LOCAL, 1, LOCAL, 1, sub, -)
BOTH(get_loc8_get_loc8, LOCAL, 1, LOCAL, 1, mul, *)
BOTH(get_arg_push_i8, ARGUMENT, 2, NUMBER, 1, add, +)
BOTH(get_arg_push_i8, ARGUMENT, 2, NUMBER, 1, sub, -)

ARITHMETIC(get_loc8_add_put_loc8, sp[-1], LOCAL(0), add, +, FIRST_ALONE(right, 1),
           sp--; set_value(ctx, &LOCAL(3), result); pc += 4)
ARITHMETIC(add_put_loc8, sp[-2], sp[-1], add, +, BECOME(add), sp -= 2; set_value(ctx, &LOCAL(1), result); pc += 2)
ARITHMETIC(sub_put_loc8, sp[-2], sp[-1], sub, -, BECOME(sub), sp -= 2; set_value(ctx, &LOCAL(1), result); pc += 2)
ARITHMETIC(add_return, sp[-2], sp[-1], add, +, BECOME(add), sp -= 2; ret_val = result; goto done)

// Floats only: integers may not fit in the midst.
#define OF_PRODUCT(name, sign) \
  CASE(OP_##name): { \
    double a, b, c; \
    if (likely(!JS_VALUE_IS_BOTH_INT(sp[-2], sp[-1]) && js_arith_to_float64(sp[-3], &a) && \
               js_arith_to_float64(sp[-2], &b) && js_arith_to_float64(sp[-1], &c))) { \
      double product = b * c; \
      sp[-3] = js_float64(a sign product); \
      sp -= 2; \
      pc++; \
      BREAK; \
    } \
    BECOME(mul); \
  }

OF_PRODUCT(mul_add, +)
OF_PRODUCT(mul_sub, -)

#define REMAINDER(name, number, size) \
  CASE(OP_##name): { \
    JSValue left = sp[-1], right = number(0); \
    if (likely(JS_VALUE_GET_TAG(left) == JS_TAG_INT && JS_VALUE_GET_INT(left) >= 0 && JS_VALUE_GET_INT(right) > 0)) { \
      sp[-1] = js_int32(JS_VALUE_GET_INT(left) % JS_VALUE_GET_INT(right)); \
      pc += (size) + 1; \
      BREAK; \
    } \
    FIRST_ALONE(right, size); \
  }

REMAINDER(push_i16_mod, NUMBER16, 2)
REMAINDER(push_i32_mod, NUMBER32, 4)

// A comparison, and the jump where it does not hold.
#define COMPARISON(name, left_value, right_value, sign, value, size, top, rest) \
  CASE(OP_##name##_if): { \
    JSValue left = (left_value), right = (right_value); \
    double a, b; \
    bool holds; \
    if (likely(JS_VALUE_IS_BOTH_INT(left, right))) { \
      holds = JS_VALUE_GET_INT(left) sign JS_VALUE_GET_INT(right); \
    } else if (js_arith_to_float64(left, &a) && js_arith_to_float64(right, &b)) { \
      holds = a sign b; \
    } else { \
      FIRST_ALONE(value, size); \
    } \
    top; \
    pc += (rest); \
    JUMP_UNLESS(holds); \
    BREAK; \
  }
#define JUMP_UNLESS(holds) \
  if (likely(*pc++ == OP_if_false8)) \
    pc += (holds) ? 1 : (int8_t)*pc; \
  else \
    pc += (holds) ? 4 : (int32_t)get_u32(pc)
#define RIGHT_IF(name, kind, size, sign) COMPARISON(name, sp[-1], kind(0), sign, right, size, sp--, (size) + 1)
#define BOTH_IF(name, kind, size, right_kind, right_size, sign) \
  COMPARISON(name, kind(0), right_kind((size) + 1), sign, left, size, , (size) + (right_size) + 2)

BOTH_IF(get_loc8_get_loc8_lt, LOCAL, 1, LOCAL, 1, <)
BOTH_IF(get_loc8_push_i8_lt, LOCAL, 1, NUMBER, 1, <)
BOTH_IF(get_arg_push_i8_lt, ARGUMENT, 2, NUMBER, 1, <)
RIGHT_IF(get_loc8_lt, LOCAL, 1, <)
RIGHT_IF(get_loc8_strict_eq, LOCAL, 1, ==)
RIGHT_IF(get_arg_lt, ARGUMENT, 2, <)
RIGHT_IF(push_i8_lt, NUMBER, 1, <)
RIGHT_IF(push_i8_gt, NUMBER, 1, >)
RIGHT_IF(push_i8_strict_eq, NUMBER, 1, ==)
RIGHT_IF(push_i8_strict_neq, NUMBER, 1, !=)
RIGHT_IF(push_i16_lt, NUMBER16, 2, <)
RIGHT_IF(push_i32_lt, NUMBER32, 4, <)

// --- Properties and elements.

// A property that holds a value, of the object itself or of one that it inherits from.
#define FIELD(name, kind, size, store) \
  CASE(OP_##name): { \
    JSValue object = kind(0); \
    if (likely(JS_VALUE_GET_TAG(object) == JS_TAG_OBJECT)) { \
      JSAtom atom = get_u32(pc + (size) + 1); \
      JSObject *p = JS_VALUE_GET_OBJ(object); \
      JSProperty *pr; \
      JSShapeProperty *prs; \
      while (!(prs = find_own_property(&pr, p, atom)) && !p->is_exotic && p->shape->proto) p = p->shape->proto; \
      if (likely(prs && !(prs->flags & JS_PROP_TMASK))) { \
        store; \
        *sp++ = js_dup(pr->u.value); \
        pc += (size) + 5; \
        BREAK; \
      } \
    } \
    FIRST_ALONE(object, size); \
  }

FIELD(get_loc8_get_field, LOCAL, 1, )
FIELD(get_arg_get_field, ARGUMENT, 2, )
FIELD(get_loc8_get_field2, LOCAL, 1, *sp++ = js_dup(object))
FIELD(get_arg_get_field2, ARGUMENT, 2, *sp++ = js_dup(object))

#define ELEMENT(name, object_value, index_value, alone, store) \
  CASE(OP_##name): { \
    JSValue object = (object_value), index = (index_value), element; \
    if (likely(JS_VALUE_GET_TAG(object) == JS_TAG_OBJECT && JS_VALUE_GET_TAG(index) == JS_TAG_INT) && \
        js_get_fast_array_element(ctx, JS_VALUE_GET_OBJ(object), JS_VALUE_GET_INT(index), &element)) { \
      store; \
      BREAK; \
    } \
    FIRST_ALONE(alone, 1); \
  }

ELEMENT(get_loc8_get_loc8_get_array_el, LOCAL(0), LOCAL(2), object, *sp++ = element; pc += 4)
ELEMENT(get_loc8_get_array_el, sp[-1], LOCAL(0), index, sp[-1] = element; pc += 2; JS_FreeValue(ctx, object))

// --- `object[key] = value` asks twice whether the key is one.

#define IS_KEY(value) \
  (JS_VALUE_GET_TAG(value) == JS_TAG_INT || JS_VALUE_GET_TAG(value) == JS_TAG_STRING || \
   JS_VALUE_GET_TAG(value) == JS_TAG_SYMBOL)
#define SWAP_UNLESS(quick, size) \
  if (likely(quick)) { \
    pc += (size); \
  } else { \
    JSValue value = sp[-2]; \
    sp[-2] = sp[-1]; \
    sp[-1] = value; \
  } \
  BREAK

CASE(OP_swap_check_key):
  SWAP_UNLESS(JS_VALUE_GET_TAG(sp[-2]) == JS_TAG_OBJECT && IS_KEY(sp[-1]), 8);
CASE(OP_swap_key_put_array_el):
  if (likely(IS_KEY(sp[-2]))) {
    pc += 3;
    goto put_array_el;
  }
  // fall through
CASE(OP_swap_key):
  SWAP_UNLESS(IS_KEY(sp[-2]), 2);

// --- Values that are only moved.

#define TWO(name, value, right_value, size) \
  CASE(OP_##name): { \
    JSValue left = (value); \
    if (unlikely(JS_IsUninitialized(left))) { \
      BECOME(get_var_ref_check); \
    } \
    *sp++ = js_dup(left); \
    *sp++ = js_dup(right_value); \
    pc += (size); \
    BREAK; \
  }

TWO(get_var_ref_check_get_arg, OUTSIDE(0), ARGUMENT(3), 5)
TWO(get_var_ref_check_get_loc8, OUTSIDE(0), LOCAL(3), 4)
CASE(OP_get_var_ref_get_arg):
  *sp++ = js_dup(OUTSIDE(0));
  *sp++ = js_dup(ARGUMENT(3));
  pc += 5;
  BREAK;
CASE(OP_get_var_ref_get_var_ref):
  *sp++ = js_dup(OUTSIDE(0));
  *sp++ = js_dup(OUTSIDE(3));
  pc += 5;
  BREAK;
CASE(OP_get_loc8_get_loc8):
  *sp++ = js_dup(LOCAL(0));
  *sp++ = js_dup(LOCAL(2));
  pc += 3;
  BREAK;
CASE(OP_get_loc8_return):
  ret_val = js_dup(LOCAL(0));
  goto done;
CASE(OP_get_arg_return):
  ret_val = js_dup(ARGUMENT(0));
  goto done;

// `a || b`, `a && b` and `a ?? b`, with the drop that follows where b is asked for.
#define DROP \
  pc++; \
  if (likely(*pc == OP_drop)) { \
    pc++; \
    JS_FreeValue(ctx, *--sp); \
  }

// Where the jump leads to one that asks the same, and takes the value away, that jump too.
#define DUP_IF(name, jumps, next, next_far) \
  CASE(OP_##name): { \
    JSValue value = sp[-1]; \
    bool holds; \
    if ((uint32_t)JS_VALUE_GET_TAG(value) <= JS_TAG_UNDEFINED) { \
      holds = JS_VALUE_GET_INT(value); \
    } else if (JS_VALUE_GET_TAG(value) == JS_TAG_OBJECT) { \
      holds = !is_empty_reply(value); \
    } else if (JS_TAG_IS_FLOAT64(JS_VALUE_GET_TAG(value))) { \
      double number = JS_VALUE_GET_FLOAT64(value); \
      holds = number < 0 || number > 0; \
    } else { \
      FIRST_ALONE(value, 0); \
    } \
    pc++; \
    if (jumps) { \
      pc += (int8_t)*pc; \
      if (*pc == OP_##next || *pc == OP_##next_far) { \
        pc += *pc == OP_##next ? 1 + (int8_t)pc[1] : 1 + (int32_t)get_u32(pc + 1); \
        JS_FreeValue(ctx, *--sp); \
      } \
    } else { \
      DROP \
    } \
    BREAK; \
  }

DUP_IF(dup_if_true8, holds, if_true8, if_true)
DUP_IF(dup_if_false8, !holds, if_false8, if_false)

CASE(OP_dup_is_undefined_or_null_if): {
  int tag = JS_VALUE_GET_TAG(sp[-1]);
  pc += 2;
  if (tag != JS_TAG_UNDEFINED && tag != JS_TAG_NULL) {
    pc += (int8_t)*pc;
  } else {
    DROP
  }
  BREAK;
}
