-- A game master whose story is shown while it is written: --param actions="look,open the door"
local actions = params.actions or "look,open the door,fight"
local master = Agent.create{
  name = "master", model = "ollama/llama3.2",
  system = 'You lead a game. Tell what happens, and end with a line such as {"health": 7}.',
}
local player = {health = 10, turns = 0}

-- Shows the story, and keeps back what may be the line about the player.
local function tell(action)
  local whole, shown = "", 0
  for piece in master:stream(action) do
    if not piece.done then
      whole = whole .. piece
      local story = whole:match("^[^{]*")
      io.write(story:sub(shown + 1))
      shown = #story
    end
  end
  local ok, change = pcall(JSON.decode, whole:match("{.*}") or "")
  if ok and math.type(change.health) == "integer" then player.health = change.health end
end

for action in actions:gmatch("[^,]+") do
  player.turns = player.turns + 1
  print(("> %s"):format(action))
  tell(action)
  print(("(health %d)"):format(player.health))
  if player.health <= 0 then
    print("You are out of the game.")
    break
  end
end
State.save("game", "player", player)
return State.load("game", "player")
