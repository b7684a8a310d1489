public import Release
import Topology

/// What `render --fix` makes of a lab's overrides: options under the names that the release has for them.
///
/// Pure: nothing is written. An option that is gone is told and stays where it is, for what it was to do is the user's.
public struct OverrideFixes: Sendable {
    /// One file of the user's with its old names replaced.
    public struct File: Sendable {
        /// The topology's path, or the path of a whole file as the topology names it.
        public let path: String
        /// The file as it is.
        public let before: [UInt8]
        /// The file with the new names.
        public let after: [UInt8]

        /// What changes, as a unified diff; values that may be secrets are hidden.
        public var diff: String {
            let (old, new) = (String(decoding: before, as: UTF8.self), String(decoding: after, as: UTF8.self))
            return "--- \(path)\n+++ \(path)\n" + UnifiedDiff(old, new).text
        }
    }

    /// Those that change, the topology first.
    public private(set) var files: [File] = []
    /// What has another name now, with its old place.
    public private(set) var renamed: [String] = []
    /// What has to be changed by hand; places in the topology are those after the change.
    public private(set) var left: [RenderProblem] = []

    private let release: Release
    private let file: String

    /// - Parameters:
    ///   - text: the topology's bytes, without errors.
    ///   - file: the topology's path.
    ///   - replacements: the texts of the files that overrides put in place of ours, by the path in the topology.
    public init(
        topology text: [UInt8], file: String, release: Release, replacements: [String: String]
    ) throws {
        self.release = release
        self.file = file
        let after = try topology(text)
        if after != text { files.append(File(path: file, before: text, after: after)) }
        let lab = try Lab.read(text: text, file: file).lab
        var seen: Set<String> = []
        for override in lab.overrides where override.effect == .file {
            guard let path = override.values.first, seen.insert(path + "\n" + override.file).inserted,
                let before = replacements[path], override.isRead
            else { continue }
            try replace(path, of: override, before)
        }
    }

    /// The topology with one option after the other renamed; each time it is read anew, for places move.
    private mutating func topology(_ text: [UInt8]) throws -> [UInt8] {
        var text = text
        var refused: Set<[String]> = []
        while let (override, new) = try next(in: text, but: refused) {
            do throws(OverrideEditError) {
                let after = try OverrideEdit.rename(override, to: new.section, new.option, in: text, file: file)
                renamed.append("\(file):\(override.mark): \(override.name) is \(new) now")
                text = after
            } catch {
                refused.insert(override.place)
                left.append(
                    RenderProblem(
                        place: .topology(file: file, override.mark),
                        what: "\(override.name) is an old name of \(new), and is left as it is: \(error.reason)",
                        hint: "write \(new) by hand"))
            }
        }
        let lab = try Lab.read(text: text, file: file).lab
        for override in lab.overrides where override.isOption {
            if lab.pluginSections[override.file]?.contains(override.section) == true { continue }
            for problem in try release.catalog.check(override.setting) {
                guard case .removed = problem.kind else { continue }
                left.append(
                    RenderProblem(
                        place: .topology(file: file, override.mark), what: problem.what, hint: problem.hint))
            }
        }
        return text
    }

    /// The first override with an old name, and the new one.
    private func next(in text: [UInt8], but refused: Set<[String]>) throws -> (Override, OptionName)? {
        for override in try Lab.read(text: text, file: file).lab.overrides
        where override.isOption && !refused.contains(override.place) {
            if let new = try newName(override.setting) { return (override, new) }
        }
        return nil
    }

    private func newName(_ setting: OptionSetting) throws -> OptionName? {
        try release.catalog.check(setting).compactMap { problem in
            if case .renamed(let section, let option) = problem.kind {
                OptionName(section: section, option: option)
            } else {
                nil
            }
        }.first
    }

    private mutating func replace(_ path: String, of override: Override, _ before: String) throws {
        // A text that does not parse is told by the rendering, with its line.
        guard var document = try? INIDocument(before) else { return }
        for setting in document.settings(file: override.file) {
            let line =
                document.entries.first { $0.section == setting.section && $0.option == setting.option }?.line ?? 1
            let place = RenderProblem.Place.topology(file: path, Mark(line: line, column: 1))
            for problem in try release.catalog.check(setting) {
                switch problem.kind {
                case .renamed(let section, let option):
                    let new = OptionName(section: section, option: option)
                    guard document.values(section, option).isEmpty else {
                        left.append(
                            RenderProblem(
                                place: place, what: "\(problem.what), and \(new) is set as well", hint: "keep one"))
                        continue
                    }
                    try document.rename(setting.section, setting.option, to: new)
                    renamed.append("\(place): [\(setting.section)] \(setting.option) is \(new) now")
                case .removed: left.append(RenderProblem(place: place, what: problem.what, hint: problem.hint))
                default: continue
                }
            }
        }
        let after = Array(document.text.utf8)
        if !renamed.isEmpty, after != Array(before.utf8), !files.contains(where: { $0.path == path }) {
            files.append(File(path: path, before: Array(before.utf8), after: after))
        }
    }
}

extension Override {
    fileprivate var isOption: Bool { effect == .set || effect == .append }
    /// Whether the catalogue knows the options of the file.
    fileprivate var isRead: Bool { ConfigFile(file) != nil }
    fileprivate var place: [String] { [file, scope, section, option] }
    fileprivate var name: String { "[\(section)] \(option)" }
    fileprivate var setting: OptionSetting {
        OptionSetting(file: file, section: section, option: option, values: values)
    }
}
