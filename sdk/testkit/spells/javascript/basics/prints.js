print('one');
print('zwölf');
