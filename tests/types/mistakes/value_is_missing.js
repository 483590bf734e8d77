await State.save('global', 'key');
