import greeting from "../words.js";
export const shout = (text) => (text === greeting ? text.toUpperCase() : text);
