return arg;
