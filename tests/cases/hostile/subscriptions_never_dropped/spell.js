let count = 0, why;
for (let i = 1; i <= 10000; i++)
  try { Event.subscribe("s" + i, () => 1); count++; } catch (failure) { why = failure.code; }
return [count, why, Event.list_subscriptions().length];
