local codes, message = JSON.array({})
for _, path in ipairs{"../data/prompt.txt", "/etc/hosts.txt", "folder.txt/../../data/prompt.txt", ".env.txt", "keys.txt", "API-Token.json", "program.pem", "prompt", "latin1.txt", "folder.txt", "promt.txt", "absent.json", "", "a\\b.txt", "c:prompt.txt", "prompt.txt/x.txt"} do
  local ok, why = pcall(util.read_file, path)
  codes[#codes + 1] = ok and "ok" or why.code
  if path == "promt.txt" then message = why.message end
end
return {codes, message}
