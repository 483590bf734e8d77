return Tool.execute('calculator', { input = '2 * 3' }).result.result
