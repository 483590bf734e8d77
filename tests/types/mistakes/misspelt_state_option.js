await State.save('global', 'key', 1, { tll: 60 });
