local M = {}
function M.keys(t) local k = {} for key in pairs(t) do k[#k + 1] = key end table.sort(k) return k end
function M.map(t, f) local r = {} for i, v in ipairs(t) do r[i] = f(v) end return r end
function M.reduce(t, f, a) for _, v in ipairs(t) do a = f(a, v) end return a end
function M.copy(t) if type(t) ~= "table" then return t end local r = {} for k, v in pairs(t) do r[M.copy(k)] = M.copy(v) end return setmetatable(r, getmetatable(t)) end
function M.serialize(v) if type(v) ~= "table" then return type(v) == "string" and ("%q"):format(v) or tostring(v) end local o = {} for _, x in ipairs(v) do o[#o + 1] = M.serialize(x) end for k, x in pairs(v) do if type(k) == "string" then o[#o + 1] = k .. "=" .. M.serialize(x) end end return "{" .. table.concat(o, ",") .. "}" end
return M
