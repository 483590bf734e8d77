-- A function pauses its own workflow: it stops before the next step, and is resumed.
local done, pauses, flow = {}, true, nil
local function step(name, more) return {name = name, handler = function(ctx) done[#done + 1] = name return more and more(ctx) or name end} end
flow = Workflow.sequential{name = "paused", steps = {
  step("a"), step("b", function() return pauses and flow:pause() and "b" end), step("c", function(ctx) return ctx.vars.word .. ctx.b end),
}}
local first = flow:execute({input = "x", vars = {}, word = "w"}, {checkpoint = "p"})
local status, before = flow:get_status(), #done
local second = flow:resume()
local hooked = Workflow.sequential{name = "hooked", steps = {step("d"), step("e")}}
local hook = Hook.register("workflow:after_step", function(event) hooked:pause() end)
local third = hooked:execute(nil, {checkpoint = "h"})
Hook.unregister(hook)
local fourth = hooked:resume("h")
local id = zigllms.workflow.create{steps = {step("f")}}
local without, why = pcall(function()
  local plain
  plain = Workflow.sequential{name = "plain", steps = {{name = "s", handler = function() plain:pause() end}}}
  return plain:execute()
end)
local nothing, none = pcall(function() return Workflow.sequential{name = "n", steps = {step("n")}}:resume() end)
local missing, absent = pcall(function() return Workflow.sequential{name = "n", steps = {step("n")}}:resume("nowhere") end)
return {first.status, first.success, status, before, second.status, second.output, second.steps.b.attempts, third.status, fourth.output, done,
  zigllms.workflow.execute(id, 1, {checkpoint = "z"}).output, zigllms.workflow.resume(id, "z").output, zigllms.workflow.pause(id),
  {without, why.code, tostring(why):find("without a checkpoint", 1, true) ~= nil}, {nothing, tostring(none):find("give it the id", 1, true) ~= nil}, {missing, absent.code}}
