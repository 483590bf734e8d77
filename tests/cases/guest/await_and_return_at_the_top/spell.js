const one = await Promise.resolve(1);
if (one === 1) {
  for await (const two of [Promise.resolve(2)])
    return Promise.all([one, two, (async () => ({ n: 3 }))()]);
}
return "not reached";
