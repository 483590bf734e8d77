local M = {}
function M.title(s) return (s:gsub("(%a)([%w_']*)", function(a, b) return a:upper() .. b:lower() end)) end
function M.split(s, sep) local t = {} for p in (s .. sep):gmatch("(.-)" .. sep:gsub("%p", "%%%0")) do t[#t + 1] = p end return t end
function M.trim(s) return s:match("^%s*(.-)%s*$") end
function M.wrap(s, w) local line, out = "", {} for word in s:gmatch("%S+") do if #line + #word + 1 > w then out[#out + 1] = line; line = word else line = line == "" and word or line .. " " .. word end end out[#out + 1] = line return table.concat(out, "/") end
return M
