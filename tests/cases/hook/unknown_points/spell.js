const why = (call, ...given) => { try { call(...given); } catch (error) { return error; } };
const pass = () => 1;
const register = (...given) => why(Hook.register, ...given).message;
return [
  register("agent:befor_execution", pass), register("custom:", pass), register("custom:x", pass, { priorty: 1 }),
  register("custom:x", pass, "urgent"), register("custom:x", pass, 5000), register("custom:x", 7), register(7, pass),
  why(Hook.list, { hook_pint: "x" }).message, why(Hook.unregister, {}).message, why(Hook.register, "InvalidHookPoint", pass).code,
  (await Hook.execute("agent:*").catch((failure) => failure)).message,
];
