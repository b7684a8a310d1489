/// A property of an image that Nova would not take, or not as it is meant.
public struct PropertyProblem: Sendable, Equatable {
    /// Whether Nova refuses an instance of the image, or makes it otherwise than meant.
    public enum Severity: Sendable { case error, warning }

    /// As it was given.
    public let name: String
    /// How bad it is.
    public let severity: Severity
    /// The property with its value, and what Nova makes of it.
    public let what: String
    /// What to set instead.
    public let fix: String

    init(_ property: ImageMeta.Property, _ severity: Severity, _ what: String, fix: String) {
        self.init(property.givenName, severity, "\(property.text): \(what)", fix: fix)
    }

    init(_ name: String, _ severity: Severity, _ what: String, fix: String) {
        (self.name, self.severity, self.what, self.fix) = (name, severity, what, fix)
    }
}

extension ImageMeta {
    /// What speaks against the properties by themselves, whatever the file is.
    ///
    /// - Parameter target: the kind of hypervisor that the image is for; nil: only what is wrong on each.
    public func problems(for target: ImageTarget?) -> [PropertyProblem] {
        let rules = PropertyRules.everywhere + (target.map(PropertyRules.rules) ?? [])
        var found: [PropertyProblem] = []
        // A value that Nova refuses everywhere needs no second line of a hypervisor.
        for problem in rules.flatMap({ $0(self) })
        where !found.contains(where: { $0.name == problem.name && $0.severity == .error }) {
            found.append(problem)
        }
        return found
    }

    /// The kind of hypervisor that `img_hv_type` asks for, of those whose rules are known here.
    public var target: ImageTarget? {
        switch self["img_hv_type"]?.value {
        case "vmware": .vmware
        case "kvm", "qemu": .kvm
        default: nil
        }
    }
}
