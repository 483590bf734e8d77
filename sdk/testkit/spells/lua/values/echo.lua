return params
