const agent = Agent.create({});
const questions = ["1", "2", "3"].map((prompt) => agent.run(prompt));
return Promise.all(questions);
