-- What a spell calls its steps is text in a diagram, whatever it looks like.
local names = {
  '"]; click n1 call alert()', "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "end", "%%{init: {}}%%", "`**bold**`", "$$x$$", "a --> b",
  "#quot;", "&lt;b&gt;", "1. list", "|pipe|", "subgraph x", "\\n", "]]>", "'style=\"x\"", "n1:::failed", "{{topic}}",
}
local steps = {}
for i, name in ipairs(names) do
  steps[i] = {name = name, tool = name, when = {type = "custom", expression = "'" .. name .. "' == 1"}}
end
local flow = Workflow.sequential{name = "<w>\"&'", steps = steps}
local mermaid, svg = flow:diagram(), flow:diagram{format = "svg"}
-- All that is no letter, digit, sign of ours or number of a character.
local left = mermaid:gsub("#%d+;", "")
local odd = {}
for _, sign in ipairs{"<script", "<img", "%%", "`", "$", "\\", "click n1 call alert()", "**", ":::", "]]>", "{{topic"} do
  if left:find(sign, 1, true) then odd[#odd + 1] = sign end
end
for line in left:gmatch("[^\n]+") do
  if select(2, line:gsub('"', "")) % 2 ~= 0 then odd[#odd + 1] = line end
end
local tags = {}
for tag in svg:gmatch("<(%a+)") do tags[tag] = true end
local known = {}
for tag in pairs(tags) do known[#known + 1] = tag end
table.sort(known)
return {odd = JSON.array(odd), tags = known, amp = svg:find("&(%w+;?)") ~= nil, shown = svg:find("&lt;script&gt;alert(1)&lt;/script&gt;", 1, true) ~= nil}
