// A server that answers whole where a stream was asked for; one of which no stream is asked; one whose chunks have the
// name of whole replies.
const heard = [];
for (const model of ["local/m", "whole/m", "local/m"]) {
  let text = "", last;
  for await (const piece of Agent.create({ model }).stream("go")) {
    if (piece.done) last = piece.reply;
    else text += piece.text;
  }
  heard.push([text, last.text, last.finish_reason, last.usage.total_tokens]);
}
return heard;
