Event.subscribe((event) => print(event.type), 'job.*');
