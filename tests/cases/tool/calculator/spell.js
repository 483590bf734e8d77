// Calls standard tools with each of the arguments in case.toml, and says what comes of it.
const all = [];
for (const call of params.calls) {
  try {
    const answer = await Tool.execute(call.tool, call.input);
    all.push(answer.success ? answer.result : { [answer.operation]: answer.error.message });
  } catch (failure) {
    all.push(failure.code + ': ' + failure.message);
  }
}
return all;
