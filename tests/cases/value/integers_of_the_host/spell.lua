-- Integers of 64 bits come and go without losing a digit.
local found = Tool.execute("ledger", { n = 9223372036854775807 })
assert(math.type(found.large) == "integer" and found.least == math.mininteger and found.large - 1 == found.small)
return { found.large, found.least, found.small, found.half }
