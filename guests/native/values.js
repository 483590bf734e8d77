// What the host gives, and what goes back: decoded, encoded, decoded again.
return [params, JSON.decode(JSON.encode(params)), JSON.encode([params], 2)];
