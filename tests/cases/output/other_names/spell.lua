-- A name for each format, and other names.
return {
  json = (output.parse_json('{"a": 1}')), yaml = (output.parse_yaml("a: 1")), xml = (output.parse_xml("<a><b>1</b></a>")),
  csv = (output.parse_csv("a,b\n1,2\n")), markdown = output.parse_markdown("# Title\n\n- one").lists[1], extracted = output.extract_markdown("- one").lists[1],
  detected = output.detect_format("<a/>"), valid = output.validate_format("{", "json").valid, repaired = (output.repair("{'a': 1,}", "json")),
  schema = output.get_schema("csv").type,
}
