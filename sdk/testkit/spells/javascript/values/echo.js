return params;
