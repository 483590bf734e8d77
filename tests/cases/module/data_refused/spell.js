const codes = [];
let message;
for (const path of ["../data/prompt.txt", "/etc/hosts.txt", "folder.txt/../../data/prompt.txt", ".env.txt", "keys.txt", "API-Token.json", "program.pem", "prompt", "latin1.txt", "folder.txt", "promt.txt", "absent.json", "", "a\\b.txt", "c:prompt.txt", "prompt.txt/x.txt"]) {
  try {
    util.readFile(path);
    codes.push("ok");
  } catch (why) {
    codes.push(why.code);
    if (path === "promt.txt") message = why.message;
  }
}
return [codes, message];
