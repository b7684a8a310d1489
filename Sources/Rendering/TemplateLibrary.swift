public import Foundation
import Mustache
import Topology

/// The templates of the files, compiled once.
public struct TemplateLibrary: Sendable {
    /// Name (`modern/nova/nova.conf`) → text.
    let texts: [String: String]
    /// Plugins that go onto nodes as they are, by path (`neutron/polyvisor_dvs.py`).
    let plugins: [String: String]
    private let compiled: MustacheLibrary

    /// Compiles templates given by name; throws with every template that does not parse.
    public init(texts: [String: String], plugins: [String: String]) throws(RenderFailure) {
        var library = MustacheLibrary()
        var problems: [RenderProblem] = []
        for (name, text) in texts.sorted(by: { $0.key < $1.key }) {
            do {
                // Values go in as they are: the library's own default would escape them for HTML.
                library.register(try MustacheTemplate(string: "{{% CONTENT_TYPE:TEXT}}\n" + text), named: name)
            } catch let error as MustacheTemplate.ParserError {
                problems.append(Self.problem(error, in: name))
            } catch {
                problems.append(RenderProblem(place: .template(name, line: 1), what: "\(error)"))
            }
        }
        guard problems.isEmpty else { throw RenderFailure(problems: problems) }
        self.texts = texts
        self.plugins = plugins
        compiled = library
    }

    private static func problem(_ error: MustacheTemplate.ParserError, in name: String) -> RenderProblem {
        let line = max(1, error.context.lineNumber - 1)
        return RenderProblem(
            place: .template(name, line: line), what: "the template does not parse: \(error.error)",
            hint: "the line is: \(error.context.line)")
    }

    /// The templates and plugins that Polyvisor carries.
    public static func bundled() throws(RenderFailure) -> TemplateLibrary {
        guard let base = Bundle.module.resourceURL else { throw unreadable("its resources") }
        let texts = try read(base.appending(path: "Templates"), suffix: ".mustache")
        let plugins = try read(base.appending(path: "Plugins"), suffix: "")
        return try TemplateLibrary(texts: texts, plugins: plugins)
    }

    /// The same with a user's folder of templates: `modern/nova/nova.conf.mustache` takes the place of ours, and what
    /// is in `modern/nova/nova.conf.append.mustache` comes behind it.
    public static func bundled(with folder: URL?) throws(RenderFailure) -> TemplateLibrary {
        let own = try bundled()
        guard let folder else { return own }
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: folder.path, isDirectory: &isFolder), isFolder.boolValue else {
            throw RenderFailure(problems: [
                RenderProblem(
                    place: .none, what: "\(folder.path) is no folder of templates",
                    hint: "give one with files such as modern/nova/nova.conf.mustache")
            ])
        }
        let given = try read(folder, suffix: ".mustache")
        guard !given.isEmpty else {
            throw RenderFailure(problems: [
                RenderProblem(
                    place: .none, what: "\(folder.path) has no template",
                    hint: "templates end in .mustache, e.g. modern/nova/nova.conf.mustache")
            ])
        }
        return try own.extended(by: given, in: folder.path)
    }

    private static let appended = ".append"

    private func extended(by given: [String: String], in folder: String) throws(RenderFailure) -> TemplateLibrary {
        var texts = texts
        var problems: [RenderProblem] = []
        // A whole template first, then what comes behind it.
        for (name, text) in given.sorted(by: {
            ($0.key.hasSuffix(Self.appended) ? 1 : 0, $0.key) < ($1.key.hasSuffix(Self.appended) ? 1 : 0, $1.key)
        }) {
            let isAppended = name.hasSuffix(Self.appended)
            let target = isAppended ? String(name.dropLast(Self.appended.count)) : name
            let isPartial = target.contains("/partials/")
            guard let old = texts[target] ?? (isPartial && !isAppended ? "" : nil) else {
                problems.append(
                    RenderProblem(
                        place: .topology(file: "\(folder)/\(name).mustache", Mark(line: 1, column: 1)),
                        what: "Polyvisor has no template \(target)",
                        hint: nearest(to: target, among: texts.keys.sorted()).map { "did you mean \($0)?" }))
                continue
            }
            texts[target] = isAppended ? old + text : text
        }
        guard problems.isEmpty else { throw RenderFailure(problems: problems) }
        return try TemplateLibrary(texts: texts, plugins: plugins)
    }

    /// The texts of all files with a suffix below a folder, by their path without the suffix.
    private static func read(_ folder: URL, suffix: String) throws(RenderFailure) -> [String: String] {
        guard let paths = FileManager.default.enumerator(atPath: folder.path) else { throw unreadable(folder.path) }
        var texts: [String: String] = [:]
        for case let path as String in paths where path.hasSuffix(suffix) {
            var isFolder: ObjCBool = false
            let full = folder.appending(path: path)
            guard FileManager.default.fileExists(atPath: full.path, isDirectory: &isFolder), !isFolder.boolValue else {
                continue
            }
            guard let data = try? Data(contentsOf: full), let text = String(data: data, encoding: .utf8) else {
                throw unreadable(full.path)
            }
            texts[String(path.dropLast(suffix.count))] = text
        }
        return texts
    }

    private static func unreadable(_ what: String) -> RenderFailure {
        RenderFailure(problems: [
            RenderProblem(place: .none, what: "cannot read \(what) as UTF-8 text", hint: "install Polyvisor again")
        ])
    }

    /// Renders a template, with a mark where a value of one node's own belongs (see `Shape`).
    ///
    /// The problems are names without a value and values that the syntax cannot hold.
    func render(
        _ name: String, _ values: [String: TemplateValue], syntax: Syntax
    ) -> (text: String, problems: [RenderProblem]) {
        guard let template = compiled.getTemplate(named: name) else {
            return ("", [RenderProblem(place: .template(name, line: 1), what: "there is no such template")])
        }
        let recorder = Recorder()
        let root = Values(values: values, syntax: syntax, recorder: recorder, isRoot: true)
        let text = template.render(root, library: compiled)
        let problems = recorder.complaints.map { complaint in
            let line = line(of: complaint.name, in: name)
            return RenderProblem(place: .template(name, line: line), what: complaint.what, hint: nil)
        }
        return (text, problems)
    }

    /// The line of the first tag of this name.
    private func line(of name: String, in template: String) -> Int {
        let lines = (texts[template] ?? "").split(separator: "\n", omittingEmptySubsequences: false)
        let tags = ["{{\(name)}}", "{{#\(name)}}", "{{^\(name)}}"]
        return (lines.firstIndex { line in tags.contains { line.contains($0) } } ?? 0) + 1
    }

    /// Where a template, or a part that it takes in, sets an option.
    func place(of option: String, section: String, in template: String) -> RenderProblem.Place {
        var current: String?
        return find(option, section, in: template, &current) ?? .template(template, line: 1)
    }

    private func find(
        _ option: String, _ section: String, in template: String, _ current: inout String?
    ) -> RenderProblem.Place? {
        let lines = (texts[template] ?? "").split(separator: "\n", omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() {
            if let partial = line.wholeMatch(of: /\s*\{\{>\s*(\S+?)\s*\}\}\s*/) {
                if let found = find(option, section, in: String(partial.1), &current) { return found }
            } else if let header = line.wholeMatch(of: /\[(.+)\]/) {
                current = String(header.1)
            } else if current == section, let match = line.firstMatch(of: /^([^\s=]+)\s*=/), match.1 == option {
                return .template(template, line: index + 1)
            }
        }
        return nil
    }
}

/// What went wrong while a template was rendered. Lives on one thread, for one rendering.
private final class Recorder {
    var complaints: [(name: String, what: String)] = []
}

/// A level of values as Mustache asks for them.
private struct Values: MustacheParent {
    let values: [String: TemplateValue]
    let syntax: Syntax
    let recorder: Recorder
    /// Mustache asks the root last: what it has not is nowhere.
    let isRoot: Bool

    func child(named name: String) -> Any? {
        guard let value = values[name] else {
            if isRoot { recorder.complaints.append((name, "there is no value “\(name)” for this template")) }
            return nil
        }
        return plain(value, name)
    }

    private func plain(_ value: TemplateValue, _ name: String) -> Any {
        switch value {
        case .flag(let flag): return flag
        case .own: return Shape.mark(name)
        case .list(let members): return members.map { plain($0, name) }
        case .map(let members): return Values(values: members, syntax: syntax, recorder: recorder, isRoot: false)
        case .text(let text):
            switch syntax.spell(text) {
            case .success(let spelt): return spelt
            case .failure(let error):
                recorder.complaints.append((name, "the value of “\(name)” \(error.reason)"))
                return ""
            }
        }
    }
}
