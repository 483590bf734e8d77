export default function twice(x) { return x * 2; }
