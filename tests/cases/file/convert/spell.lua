-- file-converter: encodings, line endings and indentation.
local function convert(operation, given)
  given.operation = operation
  return Tool.execute("file-converter", given)
end
local function problem(answer) return answer.error.code .. ": " .. answer.error.message end
local encoded = convert("encoding", { path = "a.txt", target_path = "latin.txt", to_encoding = "latin1" }).result
convert("encoding", { path = "latin.txt", target_path = "back.txt", from_encoding = "windows-1252", to_encoding = "utf-8" })
convert("line_endings", { path = "a.txt", target_path = "lines.txt", line_ending = "crlf" })
convert("indentation", { path = "a.txt", target_path = "spaces.txt", indentation = "spaces", tab_size = 2 })
return {
  encoded = encoded, back = tools.file_read("back.txt").text, lines = tools.file_read("lines.txt").text, spaces = tools.file_read("spaces.txt").text,
  lost = problem(convert("encoding", { path = "a.txt", to_encoding = "shift_jis" })),
  wrong = problem(convert("encoding", { path = "latin.txt", to_encoding = "utf-8" })),
  unknown = problem(convert("encoding", { path = "a.txt", to_encoding = "klingon" })):find("klingon") ~= nil,
  missing = problem(convert("line_endings", { path = "a.txt" })),
}
