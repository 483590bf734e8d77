local function message(text)
  local ok, why = pcall(JSON.parse, text)
  assert(not ok, text .. " was accepted")
  return tostring(why)
end
for _, text in ipairs{'', '{', '[1,]', '{"a":1,}', '01', '+1', '1.', '.5', 'nul', '"\x01"', '"\\ud800"', '"\\x"', "'a'",
  '{"a":1,"a":2}', '[1] x', '99999999999999999999', '-', '[1 2]', '{1:2}', '"\xff"', '1e999', 'NaN', '"a\nb"'} do
  print(message(text))
end
assert(not pcall(JSON.parse, ("["):rep(100)))
