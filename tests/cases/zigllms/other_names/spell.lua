-- What else providers and tests have.
local provider, test = zigllms.provider, zigllms.test
local said = {}
for _, check in ipairs{
  function() test.assert(true) test.assert_eq({ 1 }, { 1 }) test.assert_ne(1, 2) test.assert_not_equals({ 1 }, { 2 }) test.assert_matches("v12", "%d+") end,
  function() test.assert(false) end, function() test.assert_eq(1, 2) end, function() test.assert_ne(1, 1) end,
  function() test.assert_not_equals({ 1 }, { 1 }) end, function() test.assert_matches("v", "%d+") end,
} do said[#said + 1] = pcall(check) end
local before = provider.get_default()
local first = provider.list()[1]
provider.set_default(first)
return {
  said = said, failed = test.get_results().failed_assertions, changed = before ~= nil and provider.get_default() == first,
  status = provider.Status.ACTIVE, models = type(provider.get_models(first)), streams = provider.get_capabilities(first).streaming,
}
