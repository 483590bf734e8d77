Tool.create({ name: 'add', execute: 'a + b' });
