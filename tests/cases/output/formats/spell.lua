-- Each format: found out, read, written, and checked.
local texts = {
  json = '{"a": [1, 2.5, null]}',
  yaml = "name: Ada\ntags:\n  - x\n  - \"1\"\nborn: 1815\nzip: 01234\n",
  xml = "<person id=\"7\"><name>Ada</name><tag>x</tag><tag>y &amp; z</tag></person>",
  markdown = "# Title\n\nSome text with a [link](https://example.org).\n\n- one\n- two\n\n| a | b |\n| --- | --- |\n| 1 | 2 |\n\n```lua\nreturn 1\n```\n",
  csv = "name,age\nAda,36\n\"Byron, Lord\",\n",
  plain = "Just a sentence.",
}
local found = {}
for _, format in ipairs{ "json", "yaml", "xml", "markdown", "csv", "plain" } do
  local text = texts[format]
  local value = output.parse(text, format)
  found[format] = { detected = output.detect(text), value = value, valid = output.validate(text, format).valid }
end
local rows = output.parse(texts.csv, "csv")
local yaml = output.format({ list = { 1, "yes", { a = "b: c" }, JSON.null } }, "yaml")
return {
  found = found,
  written = {
    json = output.format({ a = 1 }), indented = output.format({ a = { 1 } }, "json", { indent = 2 }),
    csv = output.format(rows, "csv", { columns = { "name", "age" } }), xml = output.format({ person = { ["@id"] = 7, name = "A & B" } }, "xml"),
    markdown = output.format(rows, "markdown", { columns = { "name", "age" } }), plain = output.format("as it is", "plain"),
  },
  again = output.parse(yaml, "yaml"),
  converted = output.convert(texts.csv, "csv", "json"),
  code = output.extract_code_blocks(texts.markdown, "lua"), tables = output.extract_tables(texts.markdown), lists = output.extract_lists(texts.markdown),
  same = zigllms.output == output,
}
