local ok, failure = pcall(Tool.execute, 'no_such_tool', {})
return failure.code
