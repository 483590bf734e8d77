-- What a workflow can be asked besides to execute it.
local heard = Event.subscribe("report")
local told = {}
local flow = workflow.sequential{name = "asked", description = "Says things.", on_before_execute = function(info) told[#told + 1] = "before " .. info.workflow end}
local early = {flow:get_status(), flow:get_output("one") == nil, #flow:list_outputs(), flow:get_state("k") == nil}
flow:add_step{name = "one", handler = function(ctx) return ctx.input end}
flow:add_step("two", function(ctx) return ctx.one .. "!" end)
flow:addStep{name = "three", handler = function(ctx) flow:emit("report", {n = 3}) return {ctx.one, ctx.two, ctx.state.k} end}
flow:set_state("k", "v")
flow:on_after_execute(function(result) told[#told + 1] = "after " .. result.status end):onError(function(why) told[#told + 1] = "error " .. why.code end)
local result = flow:run{input = "hi", vars = {topic = "tides"}}
local reported = Event.receive(heard).data.n
local info, metrics = flow:get_info(), flow:getMetrics()
local kept = {flow:get_output("two"), flow:get_all_outputs().three, flow:list_outputs(), flow:get_state("topic"), flow:getStatus(), flow:get_execution_id() ~= nil, flow:get_result().text}
flow:add_step{name = "four", handler = function(ctx) if ctx.input == "bad" then error("four") end return ctx.state.k end}
local again = flow:execute("ho")
local ok = pcall(flow.execute, flow, "bad")
flow:clear_outputs()
local all = flow:debug()
return {early, kept, {info.name, info.type, info.steps, info.status, info.id == flow:get_id(), flow.name, flow.type, info.description, tostring(flow)},
  {metrics.executions, metrics.completed, flow:get_metrics().failed}, reported, again.output, ok, told, {#flow:list_outputs(), flow:get_state("k"), flow:cancel()},
  {all.info.name, all.metrics.executions, all.state.k}, flow:validate().valid, flow:execute_async("later"):await().output}
