for (const piece of Agent.create({ model: 'x' }).stream('Hello.')) print(piece);
