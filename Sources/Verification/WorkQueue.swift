/// Which piece of work may begin, when only so many may be under way, in all and on each node.
struct WorkQueue {
    private let nodes: [String]
    private let most: Int
    private let perNode: Int
    private var waiting: [Int]
    private var running: Set<Int> = []

    /// - Parameters:
    ///   - nodes: the node of each piece of work.
    ///   - most: under way at the same time at the most; at least one.
    ///   - perNode: the same for each node; nil: no such limit.
    init(_ nodes: [String], most: Int, perNode: Int?) {
        self.nodes = nodes
        self.most = max(1, most)
        self.perNode = max(1, perNode ?? most)
        waiting = Array(nodes.indices)
    }

    /// The first piece of work that may begin now, which is under way then; nil: none.
    mutating func next() -> Int? {
        guard running.count < most else { return nil }
        let position = waiting.firstIndex { index in running.count { nodes[$0] == nodes[index] } < perNode }
        guard let position else { return nil }
        let index = waiting.remove(at: position)
        running.insert(index)
        return index
    }

    mutating func finish(_ index: Int) { running.remove(index) }
}
