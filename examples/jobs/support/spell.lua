-- Answers customers from documents, and remembers what each of them asked
RAG.ingest({{id = "answers", text = util.read_file("answers.md")}}, {scope = "support", chunking = {size = 80, overlap = 0}})

local clerk = Agent.create{name = "clerk", model = "openai/gpt-4o-mini", system = "You answer from the notes, or say ESCALATE.", stateless = true}

local answered = {}
Event.subscribe("ticket.*", function(event) answered[#answered + 1] = ("%s %s"):format(event.data.customer, event.type) end)

local function answer(customer, question)
  local scope = "customer:" .. customer
  local before = State.load(scope, "questions") or {}
  local notes = {}
  for i, found in ipairs(RAG.search(question, {scope = "support", top_k = 1}).results) do notes[i] = "- " .. found.text end
  local reply = clerk:run(("Notes:\n%s\nAsked before: %s\nQuestion: %s"):format(
    table.concat(notes, "\n"), #before > 0 and table.concat(before, "; ") or "nothing", question))
  before[#before + 1] = question
  State.save(scope, "questions", before)
  local escalated = reply:find("ESCALATE", 1, true) ~= nil
  Event.emit(escalated and "ticket.escalated" or "ticket.answered", {customer = customer})
  return escalated and "A person will write to you." or reply.text
end

print("ann: " .. answer("ann", "When do I get my refund?"))
print("bob: " .. answer("bob", "How do I restart the router?"))
print("ann: " .. answer("ann", "I want to see a lawyer"))
while #answered < 3 do util.sleep(1) end -- handlers run where a spell waits
table.sort(answered)
print(table.concat(answered, ", "))
return State.load("customer:ann", "questions")
