/// A rendered text with gaps for what is a node's own.
///
/// A thousand compute nodes have one nova.conf that differs in a name and an address: it is rendered and checked once,
/// and filled a thousand times.
struct Shape: Sendable {
    private enum Piece: Sendable {
        case shared(String)
        case own(String)
    }

    private let pieces: [Piece]
    /// The names of the gaps, each once.
    let names: Set<String>

    /// What stands for a value in a marked text: no topology, template or password that can be typed holds these.
    static func mark(_ name: String) -> String { "\u{1}\(name)\u{2}" }

    /// Whether a part of a marked text has a gap.
    static func hasGap(_ text: String) -> Bool { text.utf8.contains(1) }

    /// Takes a marked text apart.
    init(_ marked: String) {
        guard Self.hasGap(marked) else {
            (pieces, names) = (marked.isEmpty ? [] : [.shared(marked)], [])
            return
        }
        var pieces: [Piece] = []
        var names: Set<String> = []
        for (index, part) in marked.utf8.split(separator: 1, omittingEmptySubsequences: false).enumerated() {
            var rest = part
            if index > 0, let end = part.firstIndex(of: 2), let name = String(part[..<end]) {
                pieces.append(.own(name))
                names.insert(name)
                rest = part[part.index(after: end)...]
            }
            if !rest.isEmpty { pieces.append(.shared(String(decoding: rest, as: UTF8.self))) }
        }
        self.pieces = pieces
        self.names = names
    }

    /// The text of one node.
    func filled(with own: [String: String]) -> String {
        if pieces.count == 1, case .shared(let text) = pieces[0] { return text }
        var text = ""
        for piece in pieces {
            switch piece {
            case .shared(let part): text += part
            case .own(let name): text += own[name] ?? ""
            }
        }
        return text
    }
}

/// A text that is put together when it is asked for: a lab's files take little memory until they are written.
struct RenderedText: Sendable, Equatable {
    let shape: Shape
    /// Values of the gaps, in the file's syntax.
    let own: [String: String]

    init(_ text: String) {
        shape = Shape(text)
        own = [:]
    }

    init(_ shape: Shape, own: [String: String]) {
        self.shape = shape
        self.own = own
    }

    var text: String { shape.filled(with: own) }

    static func == (a: RenderedText, b: RenderedText) -> Bool { a.text == b.text }
}
