-- What models say instead of JSON, by the strictness that is asked for.
local said = [[Sure! Here it is:
```json
{'name': "Ada", 'tags': ["x", "y",], 'ok': True, // fine
 'ages': [NaN, 1]}
```
Anything else?]]
local lenient = output.parse(said, "json")
local strict, why = pcall(output.parse, said, output.Format.JSON, { recovery = output.Recovery.STRICT })
local cut = '{"items": [{"id": 1}, {"id": 2, "title": "The se'
local half = pcall(output.parse, cut, "json")
local typed = pcall(output.parse, '{"age": "x"}', "json", { schema = { type = "object", properties = { age = { type = "integer" } } } })
return {
  lenient = lenient, repairs = #output.read(said).repairs, strict = strict, half = half, typed = typed,
  recovered = (output.recover(cut, "json")), extracted = (output.extract_json("As in [1]: {\"a\": 1,} [2]")),
  read = output.read("{a: 1}"), fallback = output.parse_json_with_fallback("no JSON", "fallback"),
  why = (tostring(why):gsub("^.-output.parse: ", "")),
}
