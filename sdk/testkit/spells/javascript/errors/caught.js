try { await Tool.execute('no_such_tool', {}); } catch (failure) { return failure.code; }
