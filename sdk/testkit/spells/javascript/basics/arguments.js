return arg.slice(1);
