-- Backtracking over small tables.
local n, found = 9, 0
local rows, up, down = {}, {}, {}
local function place(column)
  if column > n then
    found = found + 1
    return
  end
  for row = 1, n do
    if not (rows[row] or up[row + column] or down[row - column + n]) then
      rows[row], up[row + column], down[row - column + n] = true, true, true
      place(column + 1)
      rows[row], up[row + column], down[row - column + n] = false, false, false
    end
  end
end
for _ = 1, 15 do place(1) end
return tostring(found)
