-- Where nobody can be asked, a call is refused with its digest, which accepts that call once, and no other.
local function sum(input)
  local ok, answer = pcall(Tool.execute, "calculator", { input = input })
  return ok and answer.result.result or { answer.code, answer.message, answer.details.approval, answer.details.names }
end
return { sum("2 + 2"), sum("1 + 1"), sum("1 + 1") }
