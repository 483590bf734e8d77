-- Customer support with classification, knowledge, escalation and memory
local Ticket = {}
Ticket.__index = Ticket
local next_id = 0
function Ticket.new(customer, text)
    next_id = next_id + 1
    return setmetatable({ id = next_id, customer = customer, text = text, history = {} }, Ticket)
end
function Ticket:add(role, text) self.history[#self.history + 1] = { role = role, text = text, at = os.time() } end
function Ticket.__tostring(self) return "Ticket#" .. self.id .. "<" .. self.customer .. ">" end
function Ticket.__eq(a, b) return a.id == b.id end
function Ticket.__lt(a, b) return a.id < b.id end
function Ticket.__len(self) return #self.history end

local classifier = Agent.builder():name("classifier"):type("llm"):model("openai/gpt-4o-mini"):temperature(0)
    :system_prompt("Classify the ticket as one word: billing, technical, account or other."):build()
local support = Agent.builder():name("support"):type("llm"):model("openai/gpt-4o-mini"):temperature(0.4)
    :custom_config({ system_prompt = "You answer customers politely.", max_conversation_length = 20 }):build()

RAG.ingest({
    { id = "kb-1", text = "Refunds are paid within five working days to the card that was used.", metadata = { topic = "billing" } },
    { id = "kb-2", text = "To reset the router hold the button for ten seconds.", metadata = { topic = "technical" } },
    { id = "kb-3", text = "Accounts are closed on request within 30 days.", metadata = { topic = "account" } },
}, { scope = "kb" })

Event.subscribe("ticket.*", function(event)
    local n = State.load("global", "ticket_events") or 0
    State.save("global", "ticket_events", n + 1)
end)

local function handle(ticket)
    local kind = classifier:execute({ text = ticket.text }).text:lower():gsub("%s+", ""):gsub("%p", "")
    ticket.kind = kind
    local found = RAG.search(ticket.text, { k = 2, scope = "kb" })
    local hits = found.results or found
    local context = {}
    for _, hit in ipairs(hits) do context[#context + 1] = "- " .. hit.text end
    local known = State.load("customer:" .. ticket.customer, "facts") or {}
    local prompt = string.format([[
Customer: %s
Known facts: %s
Knowledge:
%s
Question: %s]], ticket.customer, #known > 0 and table.concat(known, "; ") or "none", table.concat(context, "\n"), ticket.text)
    local answer = support:execute({ text = prompt })
    ticket:add("customer", ticket.text)
    ticket:add("agent", answer.text)
    table.insert(known, "asked about " .. kind)
    State.save("customer:" .. ticket.customer, "facts", known)
    Event.publish("ticket.answered", { id = ticket.id, kind = kind })
    if answer.text:find("ESCALATE", 1, true) then
        Event.publish("ticket.escalated", { id = ticket.id })
        return nil, "escalated"
    end
    return answer.text
end

local tickets = {
    Ticket.new("ann", "When do I get my refund?"),
    Ticket.new("bob", "My router blinks red"),
    Ticket.new("ann", "I want to speak to a lawyer"),
}
assert(tickets[1] < tickets[2])
for _, ticket in ipairs(tickets) do
    local answer, why = handle(ticket)
    print(tostring(ticket) .. " [" .. ticket.kind .. "] " .. (answer or ("-> " .. why)))
end
while (State.load("global", "ticket_events") or 0) < 4 do util.sleep(1) end
print("messages of first ticket: " .. #tickets[1])
print("ann: " .. table.concat(State.load("customer:ann", "facts"), " / "))
print("events: " .. tostring(State.load("global", "ticket_events")))
local keys = State.list_keys("customer:ann")
print("keys: " .. table.concat(keys, ","))
