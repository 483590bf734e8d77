// Where nobody can be asked, a call is refused with its digest, which accepts that call once, and no other.
async function sum(input) {
  try { return (await Tool.execute("calculator", { input })).result.result; }
  catch (failure) { return [failure.code, failure.message, failure.details.approval, failure.details.names]; }
}
return [await sum("2 + 2"), await sum("1 + 1"), await sum("1 + 1")];
