-- Floats in local variables.
local size, inside = 150, 0
for y = 0, size - 1 do
  local ci = 2.0 * y / size - 1.0
  for x = 0, size - 1 do
    local cr = 2.0 * x / size - 1.5
    local zr, zi, steps = 0.0, 0.0, 0
    while steps < 120 and zr * zr + zi * zi < 4.0 do
      zr, zi = zr * zr - zi * zi + cr, 2.0 * zr * zi + ci
      steps = steps + 1
    end
    if steps == 120 then inside = inside + 1 end
  end
end
return tostring(inside)
