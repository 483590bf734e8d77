// Instructions that stand for several: FUSE(first, (the others), name).
//
// Each has the size and the operands of the first, over which `fuse` writes it. `if` is if_false8 or if_false.

#ifndef FUSE // as in quickjs-opcode.h, which includes this too
#define FUSE(first, others, name) FUSED_##first(name)
#define FUSED_get_loc8(name) DEF(name, 2, 0, 1, loc8)
#define FUSED_get_arg(name) DEF(name, 3, 0, 1, arg)
#define FUSED_get_var_ref(name) DEF(name, 3, 0, 1, var_ref)
#define FUSED_get_var_ref_check(name) DEF(name, 3, 0, 1, var_ref)
#define FUSED_push_i8(name) DEF(name, 2, 0, 1, i8)
#define FUSED_push_i16(name) DEF(name, 3, 0, 1, i16)
#define FUSED_push_i32(name) DEF(name, 5, 0, 1, i32)
#define FUSED_dup(name) DEF(name, 1, 1, 2, none)
#define FUSED_swap(name) DEF(name, 1, 2, 2, none)
#define FUSED_add(name) DEF(name, 1, 2, 1, none)
#define FUSED_sub(name) DEF(name, 1, 2, 1, none)
#define FUSED_mul(name) DEF(name, 1, 2, 1, none)
#endif

// Those with the same first stand together, and the first that fits is taken.
FUSE(swap, (dup, is_undefined_or_null, if_true8, swap, to_propkey, swap, swap), swap_check_key)
FUSE(swap, (to_propkey, swap, put_array_el), swap_key_put_array_el)
FUSE(swap, (to_propkey, swap), swap_key)

FUSE(get_loc8, (get_loc8, lt, if), get_loc8_get_loc8_lt_if)
FUSE(get_loc8, (push_i8, lt, if), get_loc8_push_i8_lt_if)
FUSE(get_loc8, (lt, if), get_loc8_lt_if)
FUSE(get_loc8, (strict_eq, if), get_loc8_strict_eq_if)
FUSE(get_loc8, (get_loc8, add), get_loc8_get_loc8_add)
FUSE(get_loc8, (get_loc8, sub), get_loc8_get_loc8_sub)
FUSE(get_loc8, (get_loc8, mul), get_loc8_get_loc8_mul)
FUSE(get_loc8, (get_loc8, get_array_el), get_loc8_get_loc8_get_array_el)
FUSE(get_loc8, (add, put_loc8), get_loc8_add_put_loc8)
FUSE(get_loc8, (add), get_loc8_add)
FUSE(get_loc8, (sub), get_loc8_sub)
FUSE(get_loc8, (mul), get_loc8_mul)
FUSE(get_loc8, (get_field), get_loc8_get_field)
FUSE(get_loc8, (get_field2), get_loc8_get_field2)
FUSE(get_loc8, (get_array_el), get_loc8_get_array_el)
FUSE(get_loc8, (get_loc8), get_loc8_get_loc8)
FUSE(get_loc8, (return), get_loc8_return)

FUSE(get_arg, (push_i8, lt, if), get_arg_push_i8_lt_if)
FUSE(get_arg, (lt, if), get_arg_lt_if)
FUSE(get_arg, (push_i8, add), get_arg_push_i8_add)
FUSE(get_arg, (push_i8, sub), get_arg_push_i8_sub)
FUSE(get_arg, (add), get_arg_add)
FUSE(get_arg, (sub), get_arg_sub)
FUSE(get_arg, (mul), get_arg_mul)
FUSE(get_arg, (get_field), get_arg_get_field)
FUSE(get_arg, (get_field2), get_arg_get_field2)
FUSE(get_arg, (return), get_arg_return)

FUSE(push_i8, (lt, if), push_i8_lt_if)
FUSE(push_i8, (gt, if), push_i8_gt_if)
FUSE(push_i8, (strict_eq, if), push_i8_strict_eq_if)
FUSE(push_i8, (strict_neq, if), push_i8_strict_neq_if)
FUSE(push_i8, (add), push_i8_add)
FUSE(push_i8, (sub), push_i8_sub)
FUSE(push_i8, (mul), push_i8_mul)

FUSE(push_i16, (lt, if), push_i16_lt_if)
FUSE(push_i16, (mod), push_i16_mod)

FUSE(push_i32, (lt, if), push_i32_lt_if)
FUSE(push_i32, (mod), push_i32_mod)

FUSE(add, (put_loc8), add_put_loc8)
FUSE(add, (return), add_return)

FUSE(sub, (put_loc8), sub_put_loc8)

FUSE(mul, (add), mul_add)
FUSE(mul, (sub), mul_sub)

FUSE(get_var_ref, (get_arg), get_var_ref_get_arg)
FUSE(get_var_ref, (get_var_ref), get_var_ref_get_var_ref)

FUSE(get_var_ref_check, (get_arg), get_var_ref_check_get_arg)
FUSE(get_var_ref_check, (get_loc8), get_var_ref_check_get_loc8)

FUSE(dup, (is_undefined_or_null, if_false8), dup_is_undefined_or_null_if)
FUSE(dup, (if_true8), dup_if_true8)
FUSE(dup, (if_false8), dup_if_false8)

#undef FUSE
