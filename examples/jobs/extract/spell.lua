-- Free text in a CSV file becomes checked values: --allow-write out
local settings = require("./settings.json")
local schema = {
  type = "object", required = {"product", "stars"},
  properties = {product = {type = "string"}, stars = {type = "integer", minimum = 1, maximum = 5}},
}
local reader = Agent.create{name = "reader", model = settings.model, system = settings.system, stateless = true}

-- The fields of a line; quotes stand for themselves where they are doubled.
local function fields(line)
  local all, at = {}, 1
  while at <= #line + 1 do
    local quoted, after = line:match('^"(.-[^"])"(),?', at)
    if quoted then all[#all + 1], at = quoted:gsub('""', '"'), after + 1
    else
      local plain, next_at = line:match("^([^,]*)(),?", at)
      all[#all + 1], at = plain, next_at + 1
    end
  end
  return all
end

local rows, header = {}, nil
for line in io.lines("reviews.csv") do
  local values = fields(line)
  if not header then header = values else rows[#rows + 1] = {id = values[1], text = values[2]} end
end

-- An answer that does not fit the schema is asked for once more by itself; a second one is a failure.
local function extract(row)
  local ok, reply = pcall(reader.run, reader, row.text, {schema = schema})
  if not ok then return {id = row.id, failure = reply.code} end
  return {id = row.id, product = reply.object.product, stars = reply.object.stars}
end

local lines, failed = {"id,product,stars"}, 0
for first = 1, #rows, settings.at_once do
  local tasks = {}
  for i = first, math.min(first + settings.at_once - 1, #rows) do tasks[#tasks + 1] = Task.spawn(extract, rows[i]) end
  for _, found in ipairs(Task.all(tasks)) do
    if found.failure then
      failed = failed + 1
      print(("row %s: %s"):format(found.id, found.failure))
    else lines[#lines + 1] = ("%s,%s,%d"):format(found.id, found.product, found.stars) end
  end
end
tools.file_write("out/reviews.csv", table.concat(lines, "\n") .. "\n")
print(table.concat(lines, "\n"))
return {rows = #rows, failed = failed}
