public import Topology

/// Something that keeps a lab from being rendered, or that a user should know of.
public struct RenderProblem: Sendable, Equatable, CustomStringConvertible {
    /// Where the cause is.
    public enum Place: Sendable, Hashable, CustomStringConvertible {
        /// A template by its name, and the line (from 1).
        case template(String, line: Int)
        /// A place in the topology file.
        case topology(file: String, Mark)
        /// Neither, e.g. the installation.
        case none

        public var description: String {
            switch self {
            case .template(let name, let line): "templates/\(name).mustache:\(line)"
            case .topology(let file, let mark): "\(file):\(mark)"
            case .none: "polyvisor"
            }
        }
    }

    /// Where the cause is.
    public var place: Place
    /// The sentence.
    public var what: String
    /// What to do.
    public var hint: String?
    /// The node it is about; nil when it is about none or all.
    public var node: String?
    /// Does not stop the rendering.
    public var isWarning = false
    /// How many further nodes have it alike.
    public var alsoOn = 0
    /// It comes from a value of that node alone.
    var isOfOneNode = false

    public var description: String { "\(place): \(sentence)" }

    /// The same with the word that says how bad it is, as `validate` has it.
    public var line: String { "\(place): \(isWarning ? "warning" : "error"): \(sentence)" }

    private var sentence: String {
        let more = alsoOn == 0 ? "" : " and \(alsoOn) more"
        let node = node.map { " (node \($0)\(more))" } ?? ""
        return "\(what)\(node)" + (hint.map { "\n  hint: \($0)" } ?? "")
    }
}

/// Everything that keeps a lab from being rendered.
public struct RenderFailure: Error, Sendable, Equatable, CustomStringConvertible {
    /// At least one; warnings may be among them.
    public let problems: [RenderProblem]

    /// Errors before warnings, each under its own word. What concerns several nodes alike is reported once.
    public var description: String {
        var seen: Set<String> = []
        let ordered = problems.filter { !$0.isWarning } + problems.filter(\.isWarning)
        return ordered.map(\.line).filter { seen.insert($0).inserted }.joined(separator: "\n")
    }
}
