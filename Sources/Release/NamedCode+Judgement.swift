import Topology

/// What a release makes of a name of code.
enum CodeJudgement: Equatable {
    /// It has it, or the value decides at run time.
    case known
    /// It has it not, and no name that is near; a package from outside may bring it.
    case outside
    /// A package from outside could bring it, but a name that the release has is as good as the same.
    case near(String)
    /// The release's own code is meant, and has it not; what to do.
    case missing(hint: String?)
}

extension ReleaseCode {
    /// Judges one member of an option's value.
    func judge(_ name: String, of code: NamedCode) -> CodeJudgement {
        if name.contains("$") || has(point: name, of: code.group) || !isRead { return .known }
        if code.group == "keystone.token.provider", case .gone(let last) = standing(of: name, in: code) {
            // Nobody else has made providers of tokens.
            return .missing(hint: "\(Release.name(at: last)) was the last release with it")
        }
        guard !name.contains(".") else { return judgePath(name, of: code) }
        guard has(group: code.group) else { return judgeWithoutGroup(name, of: code) }
        let points = points(of: code.group)
        if let long = NamedCode.shortNames[name.lowercased().replacing("-", with: "_")], points.contains(long) {
            return .near(long)
        }
        // A plugin from outside has a name that is no more than two letters from one of ours by accident only.
        return near(name, among: points).map { .near($0) } ?? .outside
    }

    private func standing(of name: String, in code: NamedCode) -> Standing {
        standing(names.releases(":" + code.group, name))
    }

    /// Releases before a group load classes alone.
    private func judgeWithoutGroup(_ name: String, of code: NamedCode) -> CodeJudgement {
        guard code.takesPath, case .toCome = standing(names.releases(":" + code.group, name)),
            let target = names.target(":" + code.group, name, of: nil)
        else { return .outside }
        let known = classes(below: target.split(separator: ".").prefix(2).joined(separator: "."))
        let last = target.split(separator: ".").last.map(String.init) ?? target
        return .missing(hint: known.first { $0.hasSuffix("." + last) }.map { "write \($0)" })
    }

    private func judgePath(_ path: String, of code: NamedCode) -> CodeJudgement {
        guard code.takesPath || !has(group: code.group) else {
            // Keystone took classes until Mitaka; stevedore takes names alone.
            if let point = point(of: code.group, for: path) { return .missing(hint: "write \(point)") }
            return .outside
        }
        switch judge(path: path) {
        case .missing(let hint): return .missing(hint: hint)
        case .near(let other): return .near(point(of: code.group, for: other) ?? other)
        case let other: return other
        }
    }

    /// Judges the path of a class: `nova.virt.firewall.NoopFirewallDriver`.
    func judge(path: String) -> CodeJudgement {
        guard isRead else { return .known }
        let parts = path.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count > 2, parts.allSatisfy({ !$0.isEmpty && !$0.contains(where: \.isWhitespace) }),
            parts.last?.first?.isUppercase == true
        else { return .outside }
        switch standing(ofClass: path) {
        case .here: return .known
        case .gone(let last): return .missing(hint: "\(Release.name(at: last)) was the last release with it")
        case .toCome(let first): return .missing(hint: "it comes with \(Release.name(at: first))")
        case .nowhere: break
        }
        let module = parts.dropLast().joined(separator: ".")
        if has(module: module) {
            return .missing(hint: nearestClass(path, below: module).map { "did you mean \($0)?" })
        }
        return nearPath(path).map { isOwn(parts) ? .missing(hint: "did you mean \($0)?") : .near($0) } ?? .outside
    }

    /// Whether a path begins as those of the projects do, whose modules of that part are all known.
    private func isOwn(_ parts: [Substring]) -> Bool {
        !names.modules(below: parts.prefix(2).joined(separator: "."), of: place).isEmpty
    }

    private func nearestClass(_ path: String, below module: String) -> String? {
        let candidates = names.names(in: module, of: place).map { "\(module).\($0)" }.sorted()
        return nearest(to: path, among: candidates)
    }

    private func nearPath(_ path: String) -> String? {
        let candidates = ["nova", "neutron", "cinder", "keystone", "glance"].flatMap(classes)
        return near(path, among: candidates.filter { abs($0.count - path.count) <= 2 }.sorted())
    }

    /// The nearest name, if it is so near that only a slip of the finger can be between them.
    func near(_ name: String, among candidates: [String]) -> String? {
        let most = name.count < 4 ? 1 : 2
        return nearest(to: name, among: candidates, atMost: 1, within: most).first
    }
}
