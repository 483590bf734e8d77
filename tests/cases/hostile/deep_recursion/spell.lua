local function f(n) return 1 + f(n + 1) end
assert(not pcall(f, 1))
f(1)
