print('one')
print('zwölf')
