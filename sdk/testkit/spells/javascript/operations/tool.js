return (await Tool.execute('calculator', { input: '2 * 3' })).result.result;
