Tool.execute('no_such_tool', {})
