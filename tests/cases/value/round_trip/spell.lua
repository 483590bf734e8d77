local texts = {
  '[]', '{}', '[[],{}]', '[1,-0.0,9007199254740993,-9223372036854775808,9223372036854775807,1e+300,0.1]',
  '{"a":{"b":[1,2,{"c":[]}]},"empty":{},"list":[]}', '"\\u0000x\\u0000"', '"\\ud83d\\ude00 é"', '[null,1,null]',
  '[true,false]', '"\\"\\\\\\n\\t\\b\\f\\r\\/"',
}
local out = {}
for i, text in ipairs(texts) do
  local once = JSON.stringify(JSON.parse(text))
  assert(JSON.stringify(JSON.parse(once)) == once)
  out[i] = once
end
assert(JSON.stringify(JSON.parse("1.0")) == "1.0")
assert(math.type(JSON.parse("1")) == "integer" and math.type(JSON.parse("1.0")) == "float")
assert(JSON.parse('{"a":null}').a == nil and JSON.parse("[null]")[1] == JSON.null)
assert(JSON.stringify{a = JSON.null} == '{"a":null}')
assert(JSON.stringify(JSON.array{}) == "[]" and JSON.stringify{} == "{}")
assert(JSON.stringify{1, 2, x = 3} == '{"1":1,"2":2,"x":3}')
assert(JSON.stringify{[1] = "a", [3] = "c"} == '{"1":"a","3":"c"}')
return out
