return 'no random number'
