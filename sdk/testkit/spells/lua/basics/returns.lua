return { text = 'hello', n = 2 }
