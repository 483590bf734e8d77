-- Scenarios, suites, mocks and fixtures.
local test = zigllms.test
local mock = test.create_mock{ returns = "pong" }
local service = test.create_mock{ type = test.MockType.SERVICE, methods = { find = function(id) return { id = id } end, count = 3 } }
local fixture = test.setup_fixture{ users = { "Ada" } }
local changed = test.get_fixture(fixture)
changed.users[1] = "Bob"
local scenario = test.create_scenario{
  name = "greeting",
  setup = function() return { greeting = "hello" } end,
  steps = {
    { name = "has data", run = function(context) test.assert_equals(context.data.greeting, "hello") end },
    { name = "expects", run = function() return mock("ping") end, expected = "pong" },
    { name = "fails", run = function() test.assert_equals({ 1, { a = 2 } }, { 1, { a = 3 } }, "lists") end },
  },
}
local ran = test.run_scenario(scenario)
local order = {}
local suite = test.run_suite{
  name = "all", before_each = function() order[#order + 1] = "before" end, after_each = function() order[#order + 1] = "after" end,
  tests = {
    contains = function()
      test.assert_contains("a text", "text")
      test.assert_contains({ 1, { 2 } }, { 2 })
      test.assert_contains({ name = "x" }, "name")
    end,
    throws = function() test.assert_throws(function() error("it broke") end, "broke") end,
    wrong = function() test.assert_contains({ 1, 2 }, 3) end,
  },
  scenarios = { scenario },
}
local coverage = test.get_coverage()
return {
  id = scenario, ran = { ran.passed, ran.failed, ran.success, ran.results[3].error:match("lists.*") },
  suite = { suite.total, suite.passed, suite.failed, suite.results[3].name }, order = #order,
  mock = { mock("x"), mock.call_count(), mock.calls[1][1], mock.id }, service = { service.find(7).id, service.count(), service.find.call_count() },
  fixture = { test.get_fixture(fixture).users[1], test.teardown_fixture(fixture), pcall(test.get_fixture, fixture) == false },
  coverage = { coverage.cases, coverage.scenarios, coverage.suites },
  unknown = pcall(test.run_scenario, "scenario-9"), constants = { test.AssertType.EQUALS, test.MockType.OBJECT },
}
