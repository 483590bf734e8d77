export const title = (text) => print(`\n${text}\n${"-".repeat(text.length)}`);

// Calls `f` and prints what it gave, or why it failed.
export const attempt = async (what, f) => {
  try {
    print(what.padEnd(16), "gives", await f());
  } catch (error) {
    print(what.padEnd(16), "fails:", `${error}`);
  }
};
