// What somebody can act on is in the code and in the message, whatever server it is. The provider may be asked twice.
const told = [];
for (let round = 0; round < 13; round++) {
  try {
    await Agent.create({ model: "local/m" }).run("go");
    throw new Error("it did not fail");
  } catch (why) {
    told.push([why.code, why.message]);
  }
}
return told;
