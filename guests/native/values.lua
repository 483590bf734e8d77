-- What the host gives, and what goes back: decoded, encoded, decoded again.
return { params, JSON.parse(JSON.stringify(params)), JSON.stringify({ params }, 2) }
