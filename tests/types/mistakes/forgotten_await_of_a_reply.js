const reply = Agent.create({ model: 'x' }).run('Hello.');
print(reply.text);
