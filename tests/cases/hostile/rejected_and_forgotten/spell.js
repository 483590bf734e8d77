const nobody = async () => {
  throw new TypeError("lost");
};
nobody();
await util.sleep(1000);
exit(9);
