/// A name in typographic quotation marks.
public func quoted(_ name: String) -> String { "“\(name)”" }

/// "1 node", "3 nodes".
public func counted(_ number: some BinaryInteger, _ noun: String) -> String {
    "\(number) \(noun)\(number == 1 ? "" : "s")"
}

/// Names for a message: the first eight, and how many more.
public func listed(_ names: [String], orNone none: String = "none") -> String {
    guard !names.isEmpty else { return none }
    let more = names.count > 8 ? " and \(names.count - 8) more" : ""
    return names.prefix(8).joined(separator: ", ") + more
}
