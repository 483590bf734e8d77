while true do Logger.info(("x"):rep(1000)) end
