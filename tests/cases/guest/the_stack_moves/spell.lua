-- The interpreter keeps a pointer into its stack, and must look anew after every kind of instruction in which the stack
-- can move. Each check runs in a coroutine, whose stack is small at first, and makes it move in the middle of one.
local function deep(n) return n == 0 and 0 or 1 + deep(n - 1) end
local function grow(result)
  return function()
    deep(500)
    -- What lies where the stack was must not look like it any more.
    for n = 1, 300 do ({table.unpack({}, 1, n)}).x = false end
    return result
  end
end

seen = nil
local meta = {__eq = grow(true), __lt = grow(true), __le = grow(true)}
for _, event in ipairs {"index", "call", "len", "unm", "bnot", "concat", "add", "sub", "mul", "div", "mod", "pow", "idiv",
  "band", "bor", "bxor", "shl", "shr"} do
  meta["__" .. event] = grow(7)
end
meta.__newindex = function(_, _, value) grow()() seen = value end
meta.__close = function() grow()() seen = 7 end
o, other = setmetatable({}, meta), setmetatable({}, meta)
methods = setmetatable({}, {__index = grow(function() return 7 end)})
gsub, sort, grown = string.gsub, table.sort, grow(7)

-- Each gives 7, with `t` and `u` as objects whose every operation moves the stack.
local expressions = {
  "t.x", "t[1]", "t[u]", "o.x", "methods:f()", "t()", "grown()", "#t", "-t", "~t", "t .. 'y' .. 'z'", "'y' .. t",
  "t + u", "t - u", "t * u", "t / u", "t % u", "t ^ u", "t // u", "t & u", "t | u", "t ~ u", "t << u", "t >> u",
  "t + 1", "1 + t", "t - 1", "1 - t", "t * 2", "2.5 / t", "t % 3", "t ^ 2", "t // 2", "t & 1", "1 | t", "t ~ 9", "t << 1",
  "1 << t", "t >> 1", "t + 1.5", "1.5 * t", "t == u and 7", "t ~= u and 8 or 7", "t < u and 7", "t <= u and 7",
  "t < 1 and 7", "t <= 1 and 7", "t > 1 and 7", "t >= 1 and 7", "1.0 < t and 7", "select(2, pcall(grown))",
  "tonumber((gsub('a', 'a', grown)))", "(function(...) local c <close> = t return ... end)(7)",
}
local statements = {
  "t.x = 7 r = seen", "t[1] = 7 r = seen", "t[u] = 7 r = seen", "o.x = 7 r = seen", "do local c <close> = t end r = seen",
  "do local _ENV = t r = x end", "do local _ENV = t x = 7 end r = seen", "for i in grown do r = i break end",
  "for i in next, {}, nil, t do end r = seen", "local l = {3, 1, 2} sort(l, function(x, y) grown() return x < y end) r = l[3] + 4",
  "local f = coroutine.wrap(function(x) grown() local y = coroutine.yield(x) grown() return x + y end) r = f(3) r = f(4)",
  "local function f() return t() end r = f()",
}
for _, expression in ipairs(expressions) do statements[#statements + 1] = "r = " .. expression end

-- A metamethod after the statement makes the interpreter look anew at last: what went to the old place is lost.
later = setmetatable({}, {__index = function() return 3 end})
local wrong = {}
for _, statement in ipairs(statements) do
  seen = nil
  local text = "local t, u = o, other local a, r = 1 " .. statement .. " local b = 2 local c = later.x return a, r, b, c"
  local ok, a, r, b, c = coroutine.resume(coroutine.create(assert(load(text, statement))))
  if not ok or a ~= 1 or r ~= 7 or b ~= 2 or c ~= 3 then wrong[#wrong + 1] = statement end
end

-- Varargs: somewhere among these sizes the stack moves as they are put in place, and as they are copied.
local function last(...) local t, u, n = {...}, 7, select("#", ...) return t[n], u, n, ... end
local function first(...) local a, b, c, d = ... local e = later.x return d end
for n = 4, 400 do
  local many = {}
  for i = 1, n do many[i] = i end
  local run = coroutine.wrap(function() return first(table.unpack(many)) + select(n + 3, last(table.unpack(many))) end)
  if run() ~= n + 4 then wrong[#wrong + 1] = n .. " varargs" end
end

-- The collector runs finalizers in whatever instruction makes something.
local makers = {
  table = function(i) return {i, n = i} end,
  ["function"] = function(i) return function() return i end end,
  string = function(i) return ("x"):rep(50) .. i end,
}
for kind, make in pairs(makers) do
  for _ = 1, 10 do
    coroutine.wrap(function()
      seen = false
      setmetatable({}, {__gc = function() grown() seen = true end})
      repeat
        local made = make(1)
        if type(made) ~= kind then wrong[#wrong + 1] = "collected: " .. kind end
      until seen
    end)()
  end
end
return {statements = #statements, wrong = table.concat(wrong, "; ")}
