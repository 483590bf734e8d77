const agent = Agent.create({ model: 'x' }); agent.ask();
