-- What is left of the run's budgets: `cost` as text in dollars, times in milliseconds; what has no limit is absent.
local raw = ...
local remaining = raw.budget.remaining

Budget = {}
function Budget.remaining() return remaining() end
