-- Each hook registers hooks: they come to an end at their number.
local asked, why = 0, nil
local function breed()
  asked = asked + 1
  for _ = 1, 3 do
    local ok, failure = pcall(Hook.register, "custom:x", breed)
    if not ok then why = failure.code end
  end
end
breed()
for _ = 1, 20 do Hook.execute("custom:x") end
return { why, #Hook.list() }
