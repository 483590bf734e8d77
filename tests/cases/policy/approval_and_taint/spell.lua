-- A tool that is asked about, and barred by what it brings in itself: it is asked about once, and then it is barred.
local function try(n)
  local ok, answer = pcall(Tool.execute, "mail", {n = n})
  return ok or answer.message:match("the answer was no") or answer.message:match("nothing may go there any more") or answer.message
end
return {try(1), try(2), try(3)}
