-- A server that answers whole where a stream was asked for; one of which no stream is asked; one whose chunks have the
-- name of whole replies.
local heard = {}
for index, model in ipairs{"local/m", "whole/m", "local/m"} do
  local text, last = "", nil
  for piece in Agent.create{model = model}:stream("go") do
    if piece.done then last = piece.reply else text = text .. piece.text end
  end
  heard[index] = {text, last.text, last.finish_reason, last.usage.total_tokens}
end
return heard
