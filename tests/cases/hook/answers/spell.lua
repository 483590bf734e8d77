-- What a hook may answer, and what comes of it.
local answers = {
  { nil }, { true }, { "continue" }, { { continue_execution = true } }, { { type = "continue" } },
  { { type = "modified", data = 2 } }, { "skip" }, { "not today" }, { false },
  { { continue_execution = false, reason = "quota" } }, { { type = "cancel", reason = "quota" } },
  { { type = "redirect", target = "other" } }, { { type = "replace", data = { 1, 2 } } },
  { { type = "retry", delay_ms = 5, max_attempts = 2 } }, { { action = "skipped", reason = "cached" } },
  { { type = "cancle" } }, { 7 },
}
local shown = {}
for i = 1, #answers do
  local id = Hook.register("custom:answers", function() return answers[i][1] end):id()
  local outcome = Hook.execute("custom:answers", 1)
  local error = outcome.results[1].error
  shown[i] = outcome.action .. " " .. tostring(outcome.reason or outcome.target or outcome.delay_ms
    or type(outcome.data) == "table" and #outcome.data or outcome.data) .. (error and " (" .. error.message .. ")" or "")
  Hook.unregister(id)
end
-- A second result is the reason.
Hook.register("custom:answers", function() return false, "said so" end)
shown[#shown + 1] = Hook.execute("custom:answers").reason
return shown
