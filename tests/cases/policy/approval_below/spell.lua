-- What needs a yes needs it also where a folder above it is removed or moved, and nobody is asked about that.
local function try(input)
  local ok, answer = pcall(Tool.execute, "file-operations", input)
  return not ok and answer.code or answer.success or answer.error.code
end
return {
  try{operation = "delete", path = "out", recursive = true}, try{operation = "move", from = "out", to = "away"},
  try{operation = "write", path = "out/published/new/page.txt", input = "new"}, try{operation = "write", path = "out/draft.txt", input = "free"},
}
