print("before")
pcall(os.exit, 10)
print("after")
