// Puts texts and files into categories. What a model says that names none of them is "other".
module.exports = async (given, ask) => {
  const names = given.categories.map(String), files = [], counts = {};
  const sort = async (source, text) => {
    const said = String(await ask({ system: 'Answer with one of these words and nothing else: ' + names.join(', '), prompt: text })).toLowerCase();
    const category = names.find((name) => said.includes(name.toLowerCase())) ?? 'other';
    counts[category] = (counts[category] ?? 0) + 1;
    files.push({ source, category });
  };
  for (const [i, text] of given.texts.entries()) await sort('text ' + (i + 1), String(text));
  for (const path of given.files) await sort(String(path), util.readFile(String(path)));
  return { result: { files, counts } };
};
