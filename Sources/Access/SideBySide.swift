/// Does something for each item at once, up to a limit, with the results in the order of the items; the first
/// failure ends the others.
public func forEach<Item: Sendable, Value: Sendable>(
    _ items: [Item], atMost limit: Int, _ body: @escaping @Sendable (Item) async throws -> Value
) async throws -> [Value] {
    try await withThrowingTaskGroup(of: (Int, Value).self) { group in
        var results = [Value?](repeating: nil, count: items.count)
        for (index, item) in items.enumerated() {
            if index >= max(1, limit), let (done, value) = try await group.next() { results[done] = value }
            group.addTask { (index, try await body(item)) }
        }
        for try await (index, value) in group { results[index] = value }
        return results.compactMap(\.self)
    }
}
