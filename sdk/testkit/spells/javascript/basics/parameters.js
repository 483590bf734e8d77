return params.name;
