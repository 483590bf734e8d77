const value = State.get('count');
if (value + 1 > 2) print('more');
