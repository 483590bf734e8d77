-- The sum is native Lua 5.4's: that numbers become text without libc here must not show.
local out = {}
local function show(x) out[#out+1] = tostring(x) end
local s = 12345
local function rnd() s = (s * 1103515245 + 12345) % 2147483648 return s end
for i = 1, 2000 do
  local a, b = rnd(), rnd()
  show(a / 8) show(a / 10^(b % 12)) show(-a / (b + 1)) show((a - b) * 1.0) show(a * b) show(-a) show(a / 1000) show(a * 1e6 / 7) show(a*1e10) show(a*1e-9)
end
for _, x in ipairs{0.0, -0.0, 1/0, -1/0, 0/0, 1e14, 1e15, 1e13, 99999999999999.0, 123456789012345.0, 0.1, 1e-4, 1e-5, 0.00012345678901234, 2^53, 2^63, -2^63, 5e-324, 1.7976931348623157e308, math.mininteger, math.maxinteger, 0.5, 100.25, 1e100, 3.14159265358979, 12345678901.2345} do show(x) show(-x) end
for _, t in ipairs{"1", " 1 ", "-1.5", "+2.25", ".5", "5.", ".", "-", "", "1e5", "1E-5", "0x10", "0x1p4", "1.2.3", "123456789012345", "1234567890123456", "0.1234567890123456789", "inf", "nan", "1 2", "1.5x", "\t-0.0\n", "1e", "00012.50", "9007199254740993.0", "1.7976931348623157e309", "0.1e", "1..2", "123456789012345678901234567890"} do
  local n = tonumber(t) out[#out+1] = t .. "=" .. (n and string.format("%.17g %s", n, math.type(n)) or "nil")
end
for i = 1, 2000 do local a, b = rnd(), rnd() local t = (a % 100000) .. "." .. b out[#out+1] = string.format("%.17g", tonumber(t)) end
local h = 0
for i, t in ipairs(out) do for j = 1, #t do h = (h * 31 + t:byte(j)) % 4294967296 end end
return {#out, h}
