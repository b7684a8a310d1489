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
    /// Nova's own code, or the report of a cloud that ran into it.
    public func crossCheck(_ settings: [OptionSetting]) throws(CatalogError) -> [CrossFinding] {
        let service = try ServiceSettings(settings, catalog: self)
        var found = try service.brokenReferences()
        for rule in ServiceSettings.rules { found += rule(service) }
        return found
    }

    /// What several services have wrong among each other: each with the settings of all files that it reads.
    public func crossCheck(services: [[OptionSetting]]) -> [CrossFinding] {
        sameHost(services) + sameCluster(services)
    }

    /// Nova knows a compute service by `host`: it is the name of its message queue and of its record.
    private func sameHost(_ services: [[OptionSetting]]) -> [CrossFinding] {
        var seen = Set<String>()
        return services.compactMap { settings in
            let hosts = settings.filter { $0.isIn("DEFAULT", "host") && $0.isOfNova }
            guard let setting = hosts.last, let host = setting.values.last else { return nil }
            guard !seen.insert(host.lowercased()).inserted else { return nil }
            return setting.finding(
                .contradiction,
                "[DEFAULT] host “\(visible(host))” is another service's as well: Nova takes both for one",
                hint: "give each nova-compute a host of its own")
        }
    }

    /// Launchpad bug 1329261: hypervisors are named after the cluster, and two of one name cannot be told apart.
    private func sameCluster(_ services: [[OptionSetting]]) -> [CrossFinding] {
        var vcenters: [String: String] = [:]
        var found: [CrossFinding] = []
        for settings in services {
            guard let vcenter = settings.last(where: { $0.isIn("vmware", "host_ip") })?.values.last else { continue }
            for setting in settings where setting.isIn("vmware", "cluster_name") {
                for cluster in setting.values {
                    let other = vcenters.updateValue(vcenter, forKey: cluster)
                    guard let other, other != vcenter else { continue }
                    found.append(
                        setting.finding(
                            .doubtful,
                            "\(visible(other)) has a cluster “\(visible(cluster))” as well as \(visible(vcenter))",
                            hint: "give each cluster a name of its own, or people will take one for the other"))
                }
            }
        }
        return found
    }
}

extension OptionSetting {
    /// Whether it sets this option.
    func isIn(_ section: String, _ option: String) -> Bool {
        self.option == option && OsloText.same(self.section, section)
    }

    var isOfNova: Bool { ConfigFile(file)?.name == "nova.conf" || ConfigFile(file)?.component == "nova" }

    func finding(_ kind: OptionProblem.Kind, _ what: String, hint: String?) -> CrossFinding {
        CrossFinding(setting: self, problem: OptionProblem(kind: kind, what: what, hint: hint))
    }
}
