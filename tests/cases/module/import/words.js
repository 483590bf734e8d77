export default "hello";
export let count = 1;
export const increase = () => { count++; };
