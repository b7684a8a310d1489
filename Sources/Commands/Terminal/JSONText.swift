import Wording

/// What `--json` prints of a value.
func json(_ value: some Encodable) throws -> String { try JSONText(value).text }
