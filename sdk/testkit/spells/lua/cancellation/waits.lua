print('waiting')
util.sleep(600000)
