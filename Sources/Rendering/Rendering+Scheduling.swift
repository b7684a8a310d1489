import Release
import Topology

extension CloudDesign {
    /// The lab's weights as nova.conf has them: in `[filter_scheduler]`, in Havana to Kilo in `[DEFAULT]`.
    var weightOptions: [TemplateValue] {
        lab.scheduling.weights.filter { $0.weigher != "metrics" }.sorted { $0.weigher < $1.weigher }.map { weight in
            .map(["option": .text(weight.setting(of: release).option), "multiplier": .text(weight.multiplier)])
        }
    }

    /// The weigher of metrics has a section of its own.
    var metricsWeight: TemplateValue {
        TemplateValue(lab.scheduling.weights.first { $0.weigher == "metrics" }?.multiplier)
    }

    /// Whether flavors are compared with properties of aggregates.
    var hasAggregateProperties: Bool { lab.aggregates.contains { !$0.properties.isEmpty } }
}

extension Scheduling.Weight {
    /// The option of nova.conf that holds it.
    func setting(of release: Release) -> OptionSetting {
        let isMetrics = weigher == "metrics"
        let section = isMetrics ? "metrics" : release.era == .legacy ? "DEFAULT" : "filter_scheduler"
        return OptionSetting(
            file: "nova.conf", section: section,
            option: isMetrics ? "weight_multiplier" : "\(weigher)_weight_multiplier", values: [multiplier])
    }
}

extension Rendering {
    /// Weighers that the release has not.
    static func weightProblems(_ input: RenderInput) -> [RenderProblem] {
        input.lab.scheduling.weights.flatMap { weight -> [RenderProblem] in
            do {
                return try input.release.catalog.check(weight.setting(of: input.release)).filter { !$0.isWarning }.map {
                    problem(
                        input.lab, weight.mark,
                        "Nova of \(input.release.name) has no weigher \(weight.weigher): \($0.what)",
                        hint: $0.hint)
                }
            } catch {
                return [RenderProblem(place: .none, what: "\(error)")]
            }
        }
    }
}

// MARK: - Aggregates

extension NodeRecipes {
    /// The commands that make the lab's availability zones, aggregates and flavors' extra specs; `up` makes them itself.
    func aggregateScript() -> [Recipe] {
        let zones = lab.zones(in: cloud.release).map { zone in
            aggregate(zone.name, zone: zone.name, hosts: zone.hosts, properties: [])
        }
        let others = lab.aggregates.map { aggregate in
            let hosts = lab.hosts(of: lab.services(of: aggregate), in: cloud.release)
            return self.aggregate(aggregate.name, zone: nil, hosts: hosts, properties: aggregate.properties)
        }
        guard cloud.isForFiles, !(zones + others).isEmpty else { return [] }
        var script = Recipe.open(
            "/root/create-aggregates", units: [], template: "nova/aggregates.sh",
            ["aggregates": .list(zones + others), "is_legacy": .flag(cloud.release.era == .legacy)])
        script.mode = 0o755
        return [script]
    }

    private func aggregate(_ name: String, zone: String?, hosts: [String], properties: [Setting]) -> TemplateValue {
        let quoted = Quoting.shell
        return .map([
            "name": .text(quoted(name)), "zone": TemplateValue(zone.map(quoted)),
            "hosts": .list(hosts.map { .text(quoted($0)) }),
            "properties": .list(properties.map { .text(quoted("\($0.name)=\($0.value)")) }),
        ])
    }
}

extension ComputeService {
    /// Nova's `host`: in Havana to Kilo one service drives all clusters of a node and has the node's name.
    func host(in release: Release) -> String { release.era == .legacy ? node : host }
}

extension Lab {
    /// Nova's names of the hosts of services, each once.
    func hosts(of services: [ComputeService], in release: Release) -> [String] {
        var seen: Set<String> = []
        return services.map { $0.host(in: release) }.filter { seen.insert($0).inserted }
    }

    /// The availability zones with Nova's names of their hosts, in the topology's order. A host is in one zone.
    func zones(in release: Release) -> [(name: String, hosts: [String])] {
        var zones: [(name: String, hosts: [String])] = []
        var seen: Set<String> = []
        for service in computeServices {
            let host = service.host(in: release)
            guard let zone = service.availabilityZone, seen.insert(host).inserted else { continue }
            if let place = zones.firstIndex(where: { $0.name == zone }) {
                zones[place].hosts.append(host)
            } else {
                zones.append((zone, [host]))
            }
        }
        return zones
    }
}
