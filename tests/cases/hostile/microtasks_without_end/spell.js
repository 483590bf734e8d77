// The queue never runs dry, so that neither a timer nor the run's end has a turn.
setTimeout(() => exit(9), 1);
const again = () => queueMicrotask(again);
again();
