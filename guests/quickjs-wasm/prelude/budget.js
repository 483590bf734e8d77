// What is left of the run's budgets: `cost` as text in dollars, times in milliseconds; what has no limit is absent.
// After: value.
const { remaining } = raw.budget;
const { define } = guest;

define(globalThis, 'Budget', {});
Budget.remaining = () => remaining();
