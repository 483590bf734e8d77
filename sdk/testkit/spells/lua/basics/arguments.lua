return { arg[1], arg[2] }
