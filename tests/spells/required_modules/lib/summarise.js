const helpers = require('./helpers'); exports.summarise = async (model, text) => { const a = await llm.agent({ model, system: 'Summarise.' }); return helpers.clean((await a.run(text)).content); };
