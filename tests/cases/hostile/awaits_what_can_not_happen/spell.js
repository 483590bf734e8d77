await util.sleep(1);
const never = () => new Promise(() => {});
await never();
