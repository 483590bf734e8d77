// Writes verses about a topic.
const poet = Agent.create({ name: 'poet', system: 'Answer in one line of verse.' });

const verses = [];
for (let i = 1; i <= params.count; i++) {
  const verse = await poet.run(`Write a verse about ${params.topic}.`);
  print(`${i}. ${verse}`);
  verses.push(verse);
}

export default { topic: params.topic, verses };
