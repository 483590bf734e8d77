-- An uncaught denial: it names the missing grant, and the file that it belongs in.
print("before")
Tool.execute("mail", {})
