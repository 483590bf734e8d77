-- Tests as zigllms spells them: scenarios, suites, mocks and fixtures of a spell.
-- Names: zigllms.test.
-- After: names, value.
local raw, guest = ...
local raise, text, say, nearest, encode = guest.raise, guest.text, guest.messages, guest.nearest, JSON.encode
local decode, array, null = JSON.decode, JSON.array, JSON.null
local type, next, pcall, tostring, error, setmetatable, select = type, next, pcall, tostring, error, setmetatable, select
local find, sort, sub, pack, unpack, math_type = string.find, table.sort, string.sub, table.pack, table.unpack, math.type

local test = guest.zigllms.test
local scenarios, fixtures, counts = {}, {}, { scenarios = 0, fixtures = 0, mocks = 0 }
local coverage = { assertions = 0, failed_assertions = 0, cases = 0, passed = 0, failed = 0, scenarios = 0, suites = 0 }

local function numbered(kind)
  counts[kind] = counts[kind] + 1
  return counts[kind]
end

-- For a message: short.
local function show(value)
  local ok, json = pcall(encode, value)
  local all = text(value) and type(value) ~= "number" and '"' .. text(value) .. '"' or ok and json or tostring(value)
  return #all > 200 and sub(all, 1, 200) .. "..." or all
end

local function equal(a, b, depth)
  if a == b then return true end
  if type(a) ~= "table" or type(b) ~= "table" or depth == 0 then return false end
  for key, value in next, a do
    if not equal(value, b[key], depth - 1) then return false end
  end
  for key in next, b do
    if a[key] == nil then return false end
  end
  return true
end

local function check(ok, wanted, given, message, what)
  coverage.assertions = coverage.assertions + 1
  if ok then return true end
  coverage.failed_assertions = coverage.failed_assertions + 1
  raise((message ~= nil and tostring(message) .. ": " or "") .. say.no_expected(what, wanted, show(given)))
end

function test.assert_equals(actual, expected, message) return check(equal(actual, expected, 64), show(expected), actual, message, "assert_equals") end
function test.assert_not_equals(actual, other, message) return check(not equal(actual, other, 64), "anything else", actual, message, "assert_not_equals") end
-- A part of a text, an item of a list, or a name in a table.
function test.assert_contains(all, part, message)
  local found = false
  if text(all) then found = find(text(all), text(part) or tostring(part), 1, true) ~= nil
  elseif type(all) == "table" then
    for key, value in next, all do found = found or equal(value, part, 64) or key == part and math_type(key) == nil end
  end
  return check(found, "something with " .. show(part), all, message, "assert_contains")
end
function test.assert_matches(all, pattern, message)
  return check(find(text(all) or tostring(all), text(pattern)) ~= nil, "a match of " .. show(pattern), all, message, "assert_matches")
end
-- The error that it raises; with a text, one that contains it.
function test.assert_throws(main, part, message)
  local ok, problem = pcall(main)
  check(not ok, "an error", ok and "none" or problem, message, "assert_throws")
  if text(part) then test.assert_contains(tostring(problem), part, message) end
  return problem
end
function test.assert(truth, message) return check(truth, "true", truth, message, "assert") end
test.assert_eq, test.assert_ne = test.assert_equals, test.assert_not_equals

local function find_scenario(id, what)
  local found = scenarios[text(id) or 0]
  return found or raise(say.no_scenario("zigllms.test." .. what, text(id) or type(id), nearest(text(id) or "", scenarios)))
end

-- Cases from a list of {name, run} and functions, or from a table of functions by name.
local function cases_of(given, what)
  local all, names = {}, {}
  for i = 1, #given do
    local one = given[i]
    if type(one) == "function" then one = { run = one } end
    local main = type(one) == "table" and (one.run or one.test or one.execute or one.fn or one.handler or one.action)
    if type(main) ~= "function" then raise(what .. ": case " .. i .. " has no function to run") end
    all[i] = { name = text(one.name) or "case " .. i, main = main, expected = one.expected or one.expect }
  end
  for name, main in next, given do
    if type(name) == "string" and type(main) == "function" then names[#names + 1] = name end
  end
  sort(names)
  for i = 1, #names do all[#all + 1] = { name = names[i], main = given[names[i]] } end
  return all
end

-- Runs cases one after the other, with what comes before and after each.
local function run(name, cases, around, context)
  local result = { name = name, total = #cases, passed = 0, failed = 0, results = array({}) }
  for i = 1, #cases do
    local one = cases[i]
    local ok, problem = pcall(function()
      if around.before_each then around.before_each(context) end
      local value = one.main(context)
      if one.expected ~= nil then test.assert_equals(value, one.expected, one.name) end
      return value
    end)
    if around.after_each then
      local well, other = pcall(around.after_each, context)
      if ok and not well then ok, problem = false, other end
    end
    coverage.cases = coverage.cases + 1
    result[ok and "passed" or "failed"] = result[ok and "passed" or "failed"] + 1
    coverage[ok and "passed" or "failed"] = coverage[ok and "passed" or "failed"] + 1
    result.results[i] = { name = one.name, passed = ok, error = not ok and tostring(problem) or nil }
  end
  result.success = result.failed == 0
  return result
end

function test.create_scenario(given)
  if type(given) ~= "table" then raise(say.no_options("zigllms.test.create_scenario", type(given))) end
  local number = numbered("scenarios")
  local id = "scenario-" .. number
  local steps = given.steps or given.cases or given.tests or { given.run or given.execute or given.test }
  scenarios[id] = { name = text(given.name) or id, cases = cases_of(steps, "zigllms.test.create_scenario"), given = given }
  return id
end
function test.run_scenario(id, options)
  local scenario = find_scenario(id, "run_scenario")
  local given, context = scenario.given, { input = options and options.input, fixtures = test.get_fixture }
  coverage.scenarios = coverage.scenarios + 1
  local setup, teardown = given.setup or given.before_all, given.teardown or given.after_all
  if setup then
    local made = setup(context)
    if made ~= nil then context.data = made end
  end
  local result = run(scenario.name, scenario.cases, given, context)
  if teardown then teardown(context) end
  result.id = text(id)
  return result
end

-- {name, tests, scenarios, before_all, after_all, before_each, after_each}
function test.run_suite(given)
  if type(given) ~= "table" then raise(say.no_options("zigllms.test.run_suite", type(given))) end
  coverage.suites = coverage.suites + 1
  local context = {}
  if given.before_all then given.before_all(context) end
  local result = run(text(given.name) or "suite", cases_of(given.tests or given.cases or {}, "zigllms.test.run_suite"), given, context)
  local others = given.scenarios or {}
  for i = 1, #others do
    local one = test.run_scenario(others[i])
    result.total, result.passed, result.failed = result.total + one.total, result.passed + one.passed, result.failed + one.failed
    for j = 1, #one.results do result.results[#result.results + 1] = { name = one.name .. ": " .. one.results[j].name, passed = one.results[j].passed, error = one.results[j].error } end
  end
  if given.after_all then given.after_all(context) end
  result.success = result.failed == 0
  return result
end

-- A function that keeps the calls made of it.
local function mock_function(main, value, problem)
  local mock = { calls = array({}) }
  function mock.call_count() return #mock.calls end
  function mock.was_called() return #mock.calls > 0 end
  function mock.reset() mock.calls = array({}) end
  local function call(...)
    mock.calls[#mock.calls + 1] = pack(...)
    mock.calls[#mock.calls].n = nil
    if problem ~= nil then error(problem, 0) end
    if main then return main(...) end
    return value
  end
  return setmetatable(mock, { __call = function(_, ...) return call(...) end, __metatable = false, __name = "mock" })
end

-- A function, or {returns}, {throws}, {execute}; with {methods} an object of mocks.
function test.create_mock(given)
  if type(given) == "function" then given = { execute = given } end
  if type(given) ~= "table" then raise(say.no_mock_target("zigllms.test.create_mock")) end
  local number = numbered("mocks")
  local main = given.execute or given.fn or given.handler or given.implementation
  local mock = mock_function(main, given.returns, given.throws)
  mock.id, mock.type = "mock-" .. number, text(given.type) or given.methods and test.MockType.OBJECT or test.MockType.FUNCTION
  for name, one in next, given.methods or {} do
    mock[name] = type(one) == "function" and mock_function(one) or mock_function(nil, one)
  end
  return mock
end

-- Data that each test gets a copy of.
function test.setup_fixture(data)
  local id = "fixture-" .. numbered("fixtures")
  fixtures[id] = encode(data == nil and null or data)
  return id
end
function test.get_fixture(id) return fixtures[text(id) or 0] and decode(fixtures[text(id)]) or raise("zigllms.test.get_fixture: there is no fixture '" .. (text(id) or type(id)) .. "'") end
function test.teardown_fixture(id)
  local had = fixtures[text(id) or 0] ~= nil
  fixtures[text(id) or 0] = nil
  return had
end

-- What has been asserted and run, in numbers. Lines are not counted.
function test.get_coverage()
  local copy = {}
  for name, number in next, coverage do copy[name] = number end
  return copy
end
test.get_results = test.get_coverage
return guest.open_names(test, "zigllms.test")
