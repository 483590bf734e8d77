-- The tightest of all policies holds.
while true do pcall(error, "x") end
