util.sleep(5)
return 'awake'
