util.sleep('1s');
