Tool.register({ name: 'broken', execute: () => { throw new Error('out of tea'); } });
try { await Tool.execute('broken', {}); } catch (failure) { return failure.message.includes('out of tea'); }
return false;
