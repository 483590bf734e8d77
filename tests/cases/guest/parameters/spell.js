return [
  params.name, params.list, params.both, params.absent === undefined,
  ARGS.name, ARGS.key, ARGS.flag, ARGS.with, ARGS.empty, ARGS.both, ARGS.last, Object.getOwnPropertyDescriptor(ARGS, '__proto__').value,
  ARGS[0], ARGS[1], ARGS[2], ARGS[3], ARGS[4] === undefined,
  arg[0], arg[1], arg[12], arg[13] === undefined,
];
