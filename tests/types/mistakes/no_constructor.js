new Agent({ model: 'x' });
