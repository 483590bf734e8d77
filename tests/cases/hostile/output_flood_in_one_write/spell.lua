pcall(io.write, ("x"):rep(20 << 20))
pcall(io.write, ("x"):rep(20 << 20))
