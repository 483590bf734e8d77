// Messages of levels and modules; what is let through is kept.
const assert = (truth, what) => { if (!truth) throw new Error("not so: " + what); };
assert(Debug.getLevel() === "info" && Debug.isEnabled(), "level");
assert(Debug.debug("below") === false && Debug.info("one", "app.net") === true, "one");
Debug.setLevel("trace");
Debug.trace("two"); Debug.warn("three"); Debug.error("four", "app"); Debug.log("debug", "five", "app.store");
Debug.logWithData("info", "six", { n: 1 }, "app");
Debug.addModuleFilter("app.*", false);
assert(Debug.info("hidden", "app.net") === false && Debug.info("seven", "app"), "filter");
Debug.addAdvancedFilter("app", "hierarchical", true);
assert(Debug.info("eight", "app.net"), "eight");
const summary = Debug.getFilterSummary();
assert(summary.total_rules === 2 && summary.filters[1].type === "hierarchical" && summary.default_enabled, "summary");
assert(Debug.removeModuleFilter("app.*") && !Debug.remove_module_filter("app.*"), "remove");
Debug.clearModuleFilters();
Debug.setDefaultFilterEnabled(false);
assert(Debug.info("no") === false, "default");
Debug.setDefaultFilterEnabled(true);
Debug.setEnabled(false);
assert(Debug.info("off") === false && !Debug.is_enabled(), "enabled");
Debug.setEnabled(true);
const told = Debug.getCapturedEntries().map((one) => one.level + " " + (one.module ?? "-") + " " + one.message);
assert(Debug.getCapturedEntries(2).length === 2 && Debug.getCapturedEntries(2)[1].message === "eight", "last");
assert(Debug.getCapturedEntries()[5].data.n === 1, "data");
Debug.clearCaptured();
assert(Debug.get_captured_entries().length === 0, "clear");
try { Debug.setLevel("inof"); } catch (why) { return [told, why.message]; }
