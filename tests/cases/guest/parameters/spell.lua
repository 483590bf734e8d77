return {
  params.name, params.list, params.both, params.absent == nil,
  ARGS.name, ARGS.key, ARGS.flag, ARGS.with, ARGS.empty, ARGS.both, ARGS.last, ARGS.__proto__,
  ARGS[0], ARGS[1], ARGS[2], ARGS[3], ARGS[4] == nil,
  arg[0], arg[1], arg[12], arg[13] == nil,
}
