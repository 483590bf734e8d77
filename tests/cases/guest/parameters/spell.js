return [params.name, ARGS.key, ARGS.flag, ARGS[1], ARGS[2], arg[1], ARGS[0], params.absent === undefined];
