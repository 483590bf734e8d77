// Scenarios, suites, mocks and fixtures.
const { test } = zigllms;
const mock = test.createMock({ returns: 'pong' });
const service = test.createMock({ type: test.MockType.SERVICE, methods: { find: (id) => ({ id }), count: 3 } });
const fixture = test.setupFixture({ users: ['Ada'] });
const changed = test.getFixture(fixture);
changed.users[0] = 'Bob';
const scenario = test.createScenario({
  name: 'greeting',
  setup: () => ({ greeting: 'hello' }),
  steps: [
    { name: 'has data', run: (context) => { test.assertEquals(context.data.greeting, 'hello'); } },
    { name: 'expects', run: () => mock('ping'), expected: 'pong' },
    { name: 'fails', run: () => { test.assertEquals([1, { a: 2 }], [1, { a: 3 }], 'lists'); } },
  ],
});
const ran = await test.runScenario(scenario);
const order = [];
const suite = await test.runSuite({
  name: 'all', before_each: () => { order.push('before'); }, after_each: () => { order.push('after'); },
  tests: {
    contains: () => {
      test.assertContains('a text', 'text');
      test.assertContains([1, [2]], [2]);
      test.assertContains({ name: 'x' }, 'name');
    },
    throws: () => test.assertThrows(() => { throw new Error('it broke'); }, 'broke'),
    wrong: () => { test.assertContains([1, 2], 3); },
  },
  scenarios: [scenario],
});
const coverage = test.getCoverage();
const fails = (main, ...given) => { try { main(...given); return false; } catch { return true; } };
return {
  id: scenario, ran: [ran.passed, ran.failed, ran.success, ran.results[2].error.match(/lists.*/)[0]],
  suite: [suite.total, suite.passed, suite.failed, suite.results[2].name], order: order.length,
  mock: [mock('x'), mock.callCount(), mock.calls[0][0], mock.id], service: [service.find(7).id, service.count(), service.find.callCount()],
  fixture: [test.getFixture(fixture).users[0], test.teardownFixture(fixture), fails(test.getFixture, fixture)],
  coverage: [coverage.cases, coverage.scenarios, coverage.suites],
  unknown: await test.runScenario('scenario-9').then(() => true, () => false), constants: [test.AssertType.EQUALS, test.MockType.OBJECT],
};
