import Foundation

/// A defect of a release that bites labs of several hypervisors, with how to tell and what to do.
public struct KnownDefect: Sendable {
    /// Short and lasting, e.g. `nova-2053027`.
    public let id: String
    /// The project's own report, when there is one, e.g. `https://bugs.launchpad.net/nova/+bug/2053027`.
    public let report: String?
    /// One line.
    public let title: String
    /// What a user sees.
    public let effect: String
    /// What Polyvisor or its user does about it.
    public let advice: String
    /// The first release that has it.
    public let since: String
    /// The first release that has it no more; nil: it was in the newest one looked at.
    public let until: String?
    /// The repair of a file on a node, where there is one; nil for what can only be known and avoided.
    public let repair: Repair?
    /// What in a configuration brings it out for certain.
    public var cause = Cause.notInFiles

    /// What in a configuration brings a defect out.
    public enum Cause: Sendable, Equatable {
        /// Any nova-compute that drives vSphere.
        case vmware
        /// An option of such a nova-compute that is on.
        case option(section: String, String)
        /// It depends on images, on names in vCenter or on the machine.
        case notInFiles
    }

    /// Whether a release has it, by its name.
    public func affects(release: String) -> Bool {
        guard let asked = ReleaseOrder.place(of: release), let first = ReleaseOrder.place(of: since) else {
            return false
        }
        let last = until.flatMap { ReleaseOrder.place(of: $0) } ?? ReleaseOrder.names.endIndex
        return (first..<last).contains(asked)
    }
}

/// A reversible change of one file of a package.
public struct Repair: Sendable {
    /// Whether a file has the defect.
    public enum State: Sendable, Equatable {
        case affected
        /// Without the defect, as the project repaired it.
        case fixed
        /// Repaired by us.
        case mended
        /// Neither: a version that nobody has looked at. It is left alone.
        case unrecognised
    }

    /// The file below the distribution's Python path.
    public let file: String
    /// The nodes that it concerns: those that run this.
    public let concerns: Daemon
    /// What has to be restarted with the changed file.
    public let restarts: Daemon
    private let affected: String
    private let mended: String
    /// The function that has it; nothing outside is looked at or touched.
    private let function: Function

    /// A function of a module or, four blanks deep, a method of a class.
    enum Function: Sendable {
        case function(String)
        case method(String)

        var beginning: String {
            switch self {
            case .function(let name): "\ndef \(name)("
            case .method(let name): "\n    def \(name)("
            }
        }

        /// How the next one at the same depth begins.
        var next: String {
            switch self {
            case .function: "\ndef "
            case .method: "\n    def "
            }
        }
    }

    init(
        file: String, concerns: Daemon, restarts: Daemon? = nil, function: Function, affected: String, mended: String
    ) {
        self.file = file
        self.concerns = concerns
        self.restarts = restarts ?? concerns
        self.function = function
        self.affected = affected
        self.mended = mended
    }

    /// Judges a file by its text.
    public func state(of text: String) -> State {
        guard let body = body(in: text) else { return .unrecognised }
        let broken = body.components(separatedBy: affected).count - 1
        let ours = body.components(separatedBy: mended).count - 1
        switch (broken, ours, isFree(body)) {
        case (1, 0, _): return .affected
        case (0, 1, _): return .mended
        case (0, 0, true): return .fixed
        default: return .unrecognised
        }
    }

    /// The text without the defect; nil unless it is `affected`.
    public func mend(_ text: String) -> String? {
        state(of: text) == .affected ? replace(affected, by: mended, in: text) : nil
    }

    /// The text as the package has it; nil unless it is `mended`.
    public func unmend(_ text: String) -> String? {
        state(of: text) == .mended ? replace(mended, by: affected, in: text) : nil
    }

    private func replace(_ old: String, by new: String, in text: String) -> String? {
        guard let range = range(in: text) else { return nil }
        var text = text
        text.replaceSubrange(range, with: text[range].replacing(old, with: new, maxReplacements: 1))
        return text
    }

    /// Whether nothing in the function resembles the defect: its last line is the telling one.
    private func isFree(_ body: Substring) -> Bool {
        guard let telling = affected.split(separator: "\n").last else { return false }
        return !body.contains(telling.trimmingCharacters(in: .whitespaces))
    }

    private func body(in text: String) -> Substring? { range(in: text).map { text[$0] } }

    /// From the function's `def` to the next one at the same depth.
    private func range(in text: String) -> Range<String.Index>? {
        let definition = function.beginning
        guard let start = text.range(of: definition), text.components(separatedBy: definition).count == 2 else {
            return nil
        }
        let end = text.range(of: function.next, range: start.upperBound..<text.endIndex)?.lowerBound
        return start.lowerBound..<(end ?? text.endIndex)
    }
}
