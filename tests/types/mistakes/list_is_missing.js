Task.all(Task.spawn(() => 1), Task.spawn(() => 2));
