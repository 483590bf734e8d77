setTimeout(() => print("timer"), 10);
util.sleep(20).then(() => print("not awaited"));
return 1;
