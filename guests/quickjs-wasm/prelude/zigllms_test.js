// Tests as zigllms spells them: scenarios, suites, mocks and fixtures of a spell.
// Names: zigllms.test.
// After: names, value.
const { raise, word, typeName, put, add, nearest, namespace, messages: say } = guest;
const { stringify, parse } = JSON;
const { getOwnPropertyNames } = Object;
const { isArray } = Array;
const { apply } = Reflect;
const { includes } = String.prototype;
const { sort } = Array.prototype;
const { test: matches } = RegExp.prototype, OwnRegExp = RegExp;

const { MockType } = guest.zigllms.test;
const scenarios = { __proto__: null }, fixtures = { __proto__: null };
const counts = { scenarios: 0, fixtures: 0, mocks: 0 };
const coverage = { assertions: 0, failed_assertions: 0, cases: 0, passed: 0, failed: 0, scenarios: 0, suites: 0 };

// For a message: short.
const show = (value) => {
  let all;
  try {
    all = typeof value === 'string' ? stringify(value) : word(value) !== undefined ? stringify(word(value)) : stringify(value) ?? typeof value;
  } catch {
    all = typeof value;
  }
  return all.length > 200 ? all.slice(0, 200) + '...' : all;
};
const messageOf = (problem) => (typeof problem === 'object' && problem !== null ? problem.message ?? String(problem) : String(problem));

const equal = (a, b, depth) => {
  if (a === b || (a !== a && b !== b)) return true;
  if (word(a) !== undefined && word(a) === word(b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null || depth === 0 || isArray(a) !== isArray(b)) return false;
  const keys = getOwnPropertyNames(a);
  if (keys.length !== getOwnPropertyNames(b).length) return false;
  for (let i = 0; i < keys.length; i++) if (!(keys[i] in b) || !equal(a[keys[i]], b[keys[i]], depth - 1)) return false;
  return true;
};

const check = (ok, wanted, given, message, what) => {
  coverage.assertions++;
  if (ok) return true;
  coverage.failed_assertions++;
  return raise((message === undefined || message === null ? '' : message + ': ') + say.no_expected(what, wanted, show(given)));
};

const assertEquals = (actual, expected, message) => check(equal(actual, expected, 64), show(expected), actual, message, 'assert_equals');
const assertNotEquals = (actual, other, message) => check(!equal(actual, other, 64), 'anything else', actual, message, 'assert_not_equals');
// A part of a text, an item of a list, or a name in an object.
const assertContains = (all, part, message) => {
  let found = false;
  if (word(all) !== undefined) found = apply(includes, word(all), [word(part) ?? String(part)]);
  else if (typeof all === 'object' && all !== null)
    for (let i = 0, keys = getOwnPropertyNames(all); i < keys.length && !found; i++) found = equal(all[keys[i]], part, 64) || (!isArray(all) && keys[i] === part);
  return check(found, 'something with ' + show(part), all, message, 'assert_contains');
};
const assertMatches = (all, pattern, message) => {
  const own = typeof pattern === 'string' ? new OwnRegExp(pattern) : pattern;
  return check(apply(matches, own, [word(all) ?? String(all)]), 'a match of ' + String(pattern), all, message, 'assert_matches');
};
// The error that it throws; with a text, one that contains it.
const assertThrows = async (main, part, message) => {
  let problem, ok = true;
  try {
    await main();
  } catch (thrown) {
    ok = false;
    problem = thrown;
  }
  check(!ok, 'an error', 'none', message, 'assert_throws');
  if (word(part) !== undefined) assertContains(messageOf(problem), part, message);
  return problem;
};

const findScenario = (id, what) => scenarios[word(id) ?? ''] ?? raise(say.no_scenario('zigllms.test.' + what, word(id) ?? typeName(id), nearest(word(id) ?? '', scenarios)));

// Cases from a list of {name, run} and functions, or from an object of functions by name.
const casesOf = (given, what) => {
  const all = [];
  if (!isArray(given)) {
    const names = apply(sort, getOwnPropertyNames(given), []);
    for (let i = 0; i < names.length; i++) if (typeof given[names[i]] === 'function') add(all, { name: names[i], main: given[names[i]] });
    return all;
  }
  for (let i = 0; i < given.length; i++) {
    const one = typeof given[i] === 'function' ? { run: given[i] } : given[i];
    const main = one?.run ?? one?.test ?? one?.execute ?? one?.fn ?? one?.handler ?? one?.action;
    if (typeof main !== 'function') raise(what + ': case ' + (i + 1) + ' has no function to run');
    add(all, { name: word(one.name) ?? 'case ' + (i + 1), main, expected: one.expected ?? one.expect });
  }
  return all;
};

const runOne = async (one, around, context) => {
  await around.before_each?.(context);
  const value = await one.main(context);
  if (one.expected !== undefined) assertEquals(value, one.expected, one.name);
};

// Runs cases one after the other, with what comes before and after each.
const run = async (name, cases, around, context) => {
  const result = { name, total: cases.length, passed: 0, failed: 0, results: [] };
  for (let i = 0; i < cases.length; i++) {
    const told = { name: cases[i].name, passed: true };
    const fail = (problem) => {
      if (told.passed) put(told, 'error', messageOf(problem));
      told.passed = false;
    };
    try { await runOne(cases[i], around, context); } catch (problem) { fail(problem); }
    try { await around.after_each?.(context); } catch (problem) { fail(problem); }
    coverage.cases++;
    coverage[told.passed ? 'passed' : 'failed']++;
    result[told.passed ? 'passed' : 'failed']++;
    add(result.results, told);
  }
  put(result, 'success', result.failed === 0);
  return result;
};

const needObject = (given, what) => { if (typeName(given) !== 'object') raise(say.no_options(what, typeName(given))); };

const getFixture = (id) => (word(id) in fixtures ? parse(fixtures[word(id)]) : raise("zigllms.test.get_fixture: there is no fixture '" + (word(id) ?? typeName(id)) + "'"));

const runScenario = async (id, options) => {
  const { name, cases, given } = findScenario(id, 'run_scenario'), context = { input: options?.input, fixtures: getFixture };
  coverage.scenarios++;
  const data = await (given.setup ?? given.before_all)?.(context);
  if (data !== undefined) put(context, 'data', data);
  const result = await run(name, cases, given, context);
  await (given.teardown ?? given.after_all)?.(context);
  put(result, 'id', word(id));
  return result;
};

// A function that keeps the calls made of it.
const mockFunction = (main, value, problem) => {
  const mock = function (...given) {
    add(mock.calls, given);
    if (problem !== undefined) throw problem;
    return main ? apply(main, this, given) : value;
  };
  mock.calls = [];
  mock.call_count = mock.callCount = () => mock.calls.length;
  mock.was_called = mock.wasCalled = () => mock.calls.length > 0;
  mock.reset = () => { mock.calls = []; };
  return mock;
};

const own = namespace({
  __proto__: null,
  assert_equals: assertEquals, assert_eq: assertEquals, assert_not_equals: assertNotEquals, assert_ne: assertNotEquals,
  assert_contains: assertContains, assert_matches: assertMatches, assert_throws: assertThrows,
  assert: (truth, message) => check(Boolean(truth), 'true', truth, message, 'assert'),
  create_scenario: (given) => {
    needObject(given, 'zigllms.test.create_scenario');
    const id = 'scenario-' + ++counts.scenarios;
    const steps = given.steps ?? given.cases ?? given.tests ?? [given.run ?? given.execute ?? given.test];
    scenarios[id] = { name: word(given.name) ?? id, cases: casesOf(steps, 'zigllms.test.create_scenario'), given };
    return id;
  },
  run_scenario: runScenario,
  // {name, tests, scenarios, before_all, after_all, before_each, after_each}
  run_suite: async (given) => {
    needObject(given, 'zigllms.test.run_suite');
    coverage.suites++;
    const context = {}, { scenarios: others = [] } = given;
    await given.before_all?.(context);
    const result = await run(word(given.name) ?? 'suite', casesOf(given.tests ?? given.cases ?? {}, 'zigllms.test.run_suite'), given, context);
    for (let i = 0; i < others.length; i++) {
      const one = await runScenario(others[i]);
      for (const name of ['total', 'passed', 'failed']) result[name] += one[name];
      for (let j = 0; j < one.results.length; j++) add(result.results, { ...one.results[j], name: one.name + ': ' + one.results[j].name });
    }
    await given.after_all?.(context);
    result.success = result.failed === 0;
    return result;
  },
  // A function, or {returns}, {throws}, {execute}; with {methods} an object of mocks.
  create_mock: (given) => {
    const options = typeof given === 'function' ? { execute: given } : given;
    if (typeName(options) !== 'object') raise(say.no_mock_target('zigllms.test.create_mock'));
    const mock = mockFunction(options.execute ?? options.fn ?? options.handler ?? options.implementation, options.returns, options.throws);
    mock.id = 'mock-' + ++counts.mocks;
    mock.type = word(options.type) ?? (options.methods ? MockType.OBJECT : MockType.FUNCTION);
    for (let i = 0, names = getOwnPropertyNames(options.methods ?? {}); i < names.length; i++) {
      const one = options.methods[names[i]];
      put(mock, names[i], typeof one === 'function' ? mockFunction(one) : mockFunction(undefined, one));
    }
    return mock;
  },
  // Data that each test gets a copy of.
  setup_fixture: (data) => {
    const id = 'fixture-' + ++counts.fixtures;
    fixtures[id] = stringify(data ?? null);
    return id;
  },
  get_fixture: getFixture,
  teardown_fixture: (id) => {
    const had = word(id) in fixtures;
    delete fixtures[word(id)];
    return had;
  },
  // What has been asserted and run, in numbers. Lines are not counted.
  get_coverage: () => ({ ...coverage }),
  get_results: () => ({ ...coverage }),
}, 'zigllms.test');
for (const name in guest.zigllms.test) put(own, name, { ...guest.zigllms.test[name] });
return own;
