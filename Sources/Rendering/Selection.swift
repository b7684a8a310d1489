import Topology

/// Which files of a rendering are wanted: those of some nodes, and of those the ones with some names.
public struct Selection: Sendable {
    /// Names of nodes; empty: all.
    public var nodes: [String]
    /// Names of files (`nova.conf`) or paths on a node; empty: all.
    public var files: [String]

    /// A selection; without words, everything.
    public init(nodes: [String] = [], files: [String] = []) {
        self.nodes = nodes
        self.files = files
    }

    /// Whether it leaves anything out.
    public var isEverything: Bool { nodes.isEmpty && files.isEmpty }

    /// What is left of a node's files; nil when it is nothing.
    func applied(_ node: NodeFiles) -> NodeFiles? {
        guard nodes.isEmpty || nodes.contains(node.node) else { return nil }
        guard !files.isEmpty else { return node }
        var node = node
        node.files = node.files.filter { file in files.contains { Self.names($0, file.path) } }
        node.directories = []
        return node.files.isEmpty ? nil : node
    }

    private static func names(_ word: String, _ path: String) -> Bool { word == path || path.hasSuffix("/" + word) }

    /// The words that select nothing, with what there is.
    public func problems(in rendering: Rendering) -> [String] {
        let names = rendering.nodes.map(\.node)
        let unknown = nodes.filter { !names.contains($0) }.map { name in
            let guess = nearest(to: name, among: names).map { "did you mean \($0)?" }
            return
                "there is no node \(name)\n  hint: \(guess ?? "there are \(names.prefix(24).joined(separator: ", "))")"
        }
        let chosen = rendering.nodes.filter { nodes.isEmpty || nodes.contains($0.node) }
        let paths = Set(chosen.flatMap { $0.files.map(\.path) })
        let missing = files.filter { word in !paths.contains { Self.names(word, $0) } }.map { word in
            let files = Set(paths.map { String($0.split(separator: "/").last ?? "") }).sorted()
            let guess = nearest(to: word, among: files).map { "did you mean \($0)?" }
            return "no node has a file \(word)\n  hint: \(guess ?? "there are \(files.joined(separator: ", "))")"
        }
        return unknown + (chosen.isEmpty ? [] : missing)
    }
}

extension RenderedTree {
    /// The files for reading: the text alone when it is one, else each behind a line with its place.
    public var text: String {
        let all = nodes.flatMap { node in node.files.map { ("\(node.node)\($0.path)", $0.contents) } }
        if all.count == 1, let only = all.first { return only.1 }
        return all.map { "==> \($0.0)\n\($0.1)" }.joined(separator: "\n")
    }

    /// How many files each node has, in the topology's order.
    public var counts: [(node: String, files: Int)] { nodes.map { ($0.node, $0.files.count) } }
}
