// Each hook registers hooks: they come to an end at their number.
let why;
const breed = () => {
  for (let i = 0; i < 3; i++)
    try { Hook.register("custom:x", breed); } catch (failure) { why = failure.code; }
};
breed();
for (let i = 0; i < 20; i++) await Hook.execute("custom:x");
return [why, Hook.list().length];
