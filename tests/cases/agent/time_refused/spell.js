// What is no time is refused under the name that the spell gave it.
const create = async (options) => {
  try {
    await Agent.create({ model: "test", ...options });
    return true;
  } catch (problem) {
    return problem.message;
  }
};
return [await create({ timeout_ms: 1e20 }), await create({ timeout_ms: -5 }), await create({ max_execution_time_ms: 0 }), await create({ max_execution_time_secs: -1 }), await create({ timeout_ms: 0.5 })];
