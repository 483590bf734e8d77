-- Writes a specification, a program for it, and its tests.
local function code_in(reply) return tostring(reply):match("```[^\n]*\n(.-)\n?```") or tostring(reply) end

return function(given, ask)
  local specification = tostring(ask{ system = "You write short, exact specifications.", prompt = "Specify inputs, outputs and failures of: " .. given.description })
  local system = "You write " .. given.language .. ". Answer with one block of code and nothing else."
  local program = code_in(ask{ system = system, prompt = "Write a program for this specification:\n" .. specification })
  local result, artifacts = { specification = specification, code = program }, { { name = "program", type = "text/plain", content = program } }
  if given.tests then
    result.tests = code_in(ask{ system = system, prompt = "Write tests for this program:\n" .. program })
    artifacts[2] = { name = "tests", type = "text/plain", content = result.tests }
  end
  return result, { artifacts = artifacts, metadata = { language = given.language } }
end
