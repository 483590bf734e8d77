const message = (text) => {
  try { JSON.decode(text); } catch (why) { return why.message; }
  throw new Error(text + " was accepted");
};
for (const text of ['', '{', '[1,]', '{"a":1,}', '01', '+1', '1.', '.5', 'nul', '"\x01"', '"\\ud800"', '"\\x"', "'a'",
  '{"a":1,"a":2}', '[1] x', '99999999999999999999', '-', '[1 2]', '{1:2}', '"\ud800"', '1e999', 'NaN', '"a\nb"'])
  print(message(text));
message("[".repeat(100));
