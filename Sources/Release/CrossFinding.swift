/// What a service finds out only when it runs: options that contradict each other, values that mean nothing there.
public struct CrossFinding: Sendable, Equatable {
    /// The setting that it is about.
    public var setting: OptionSetting
    /// What is wrong.
    public var problem: OptionProblem
}

extension OptionCatalog {
    /// What the settings of one service have wrong together, in their order.
    ///
    /// The settings are those of all files that the service reads, a later file's last. Each rule names its source:
    /// Nova's own code, or the report of a cloud that ran into it. What the release never reads is left out.
    public func crossCheck(_ settings: [OptionSetting]) throws(CatalogError) -> [CrossFinding] {
        let service = try ServiceSettings(settings, catalog: self)
        var found = try service.brokenReferences()
        for rule in ServiceSettings.rules { found += rule(service) }
        return found
    }

    /// What compute services have wrong among each other: each with the settings of all files that it reads, of which
    /// `optionsOfServices` are looked at.
    ///
    /// - Returns: findings, each with the place of its service among those given.
    public func crossCheck(services: [[OptionSetting]]) -> [(service: Int, finding: CrossFinding)] {
        sameHost(services) + sameCachePrefix(services)
    }

    /// The options, all of Nova's own file, that `crossCheck(services:)` compares.
    public static let optionsOfServices: Set = ["host", "host_ip", "cache_prefix"]

    /// Nova knows a compute service by `host`: it is the name of its message queue and of its record.
    private func sameHost(_ services: [[OptionSetting]]) -> [(service: Int, finding: CrossFinding)] {
        let hosts = services.map { settings in settings.last { $0.isIn("DEFAULT", "host") && $0.isOfNova } }
        return Self.repeated(hosts.map { $0?.values.last?.lowercased() }).compactMap { place, count in
            guard let setting = hosts[place] else { return nil }
            return (
                place,
                setting.finding(
                    .contradiction,
                    "[DEFAULT] host is the same for \(count) compute services, and Nova takes them for one",
                    hint: "leave it out: each service has a host of its own then")
            )
        }
    }

    /// Nova's image cache of a datastore is a folder by this name: each of two services that share it would delete what
    /// only the other still uses (commit 536e9904 of Nova made it an option).
    private func sameCachePrefix(_ services: [[OptionSetting]]) -> [(service: Int, finding: CrossFinding)] {
        let prefixes = services.map { settings in settings.last { $0.isIn("vmware", "cache_prefix") } }
        let keys = services.indices.map { place -> String? in
            guard let vcenter = services[place].last(where: { $0.isIn("vmware", "host_ip") })?.values.last else {
                return nil
            }
            return prefixes[place]?.values.last.map { "\(vcenter)\n\($0)" }
        }
        return Self.repeated(keys).compactMap { place, count in
            guard let setting = prefixes[place] else { return nil }
            return (
                place,
                setting.finding(
                    .contradiction,
                    "[vmware] cache_prefix is the same for \(count) services of one vCenter: on a datastore that they"
                        + " share, each deletes the images of the others",
                    hint: "leave it out: each service has a prefix of its own then")
            )
        }
    }

    /// The second place of each value that is there several times, with how often it is.
    private static func repeated(_ values: [String?]) -> [(place: Int, count: Int)] {
        var places: [String: [Int]] = [:]
        for (place, value) in values.enumerated() {
            if let value, !value.isEmpty { places[value, default: []].append(place) }
        }
        return places.values.filter { $0.count > 1 }.map { ($0[1], $0.count) }.sorted { $0.place < $1.place }
    }
}

extension OptionProblem.Kind {
    /// Whether the release does not look at such a setting at all.
    var isUnread: Bool {
        switch self {
        case .unknownFile, .unknownSection, .unknownOption, .misplaced, .removed, .notYet: true
        default: false
        }
    }
}

extension OptionSetting {
    /// Whether it sets this option.
    func isIn(_ section: String, _ option: String) -> Bool {
        self.option == option && OsloText.same(self.section, section)
    }

    var place: OptionName { OptionName(section: section, option: option) }

    var isOfNova: Bool { ConfigFile(file)?.name == "nova.conf" || ConfigFile(file)?.component == "nova" }

    func finding(_ kind: OptionProblem.Kind, _ what: String, hint: String?) -> CrossFinding {
        CrossFinding(setting: self, problem: OptionProblem(kind: kind, what: what, hint: hint))
    }
}
