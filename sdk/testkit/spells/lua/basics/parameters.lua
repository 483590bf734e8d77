return params.name
