local function said(code, part)
  local ok, why = pcall(assert(load(code)))
  assert(not ok and tostring(why):find(part, 1, true), code .. ": " .. tostring(why))
end
said("Agnet.create{}", "did you mean 'Agent'?")
said("Stat.get('x')", "did you mean 'State'?")
said("prnt('x')", "did you mean 'print'?")
said("util.slep(1)", "did you mean 'sleep'?")
said("Logger.inof('x')", "did you mean 'info'?")
said("string.uper('x')", "did you mean 'upper'?")
said("return ('x'):uper()", "did you mean 'upper'?")
said("agent.create{}", "did you mean 'Agent'?")
-- What is like nothing, and short names, get no guess; what does its work comes first.
for code, why in pairs{["xyzzy()"] = "(global 'xyzzy')", ["f()"] = "(global 'f')", ["math.xyzzy()"] = "(field 'xyzzy')"} do
  local ok, message = pcall(assert(load(code)))
  assert(not ok and tostring(message):sub(-#why) == why, tostring(message))
end
said("setTimeout(print, 1)", "Task.spawn")
-- Of a spell's own as well.
my_settings = {model = "x"}
said("return my_setings.model", "did you mean 'my_settings'?")
return "ok"
