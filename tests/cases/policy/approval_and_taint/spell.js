// A tool that is asked about, and barred by what it brings in itself: it is asked about once, and then it is barred.
async function attempt(n) {
  try { await Tool.execute("mail", { n }); return true; } catch ({ message }) {
    return (/the answer was no/.exec(message) ?? /nothing may go there any more/.exec(message) ?? [message])[0];
  }
}
return [await attempt(1), await attempt(2), await attempt(3)];
