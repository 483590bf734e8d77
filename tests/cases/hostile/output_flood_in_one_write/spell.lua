pcall(io.write, ("x"):rep(10 << 20))
pcall(io.write, ("x"):rep(10 << 20))
