const id = await Session.create({ titel: 'x' }); print(id.name);
