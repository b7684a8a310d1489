enum SchedulingKey: String, TopologyKey {
    case weights
    static let heading = "scheduling"
}

enum AggregateKey: String, TopologyKey {
    case hosts, properties
    static let heading = "aggregates"
}

enum CapacityKey: String, TopologyKey {
    case vcpus
    case ramMB = "ram_mb"
    case diskGB = "disk_gb"
    static let heading = "capacity"
}

/// A host aggregate as it stands in the file.
struct AggregateDraft: Sendable {
    var name: Marked<String>
    var hosts: Given<[Marked<AggregateMember>]> = .absent
    var properties: [Setting] = []
}

extension DraftReader {
    func scheduling(_ node: YAMLNode, at mark: Mark) -> Scheduling? {
        guard let fields = Fields<SchedulingKey>(node, "scheduling", at: mark, log) else { return nil }
        let pairs = fields.read(.weights) { log.members($0, "numbers, such as ram: 2.0") }.value ?? []
        return Scheduling(
            weights: pairs.compactMap { pair in
                checkName(pair, "weigher", NamePattern.ini)
                return values.decimal(pair.value).map {
                    Scheduling.Weight(weigher: pair.key, multiplier: $0, mark: pair.keyMark)
                }
            })
    }

    func aggregate(_ name: Marked<String>, _ node: YAMLNode) -> AggregateDraft {
        var draft = AggregateDraft(name: name)
        guard let fields = Fields<AggregateKey>(node, "aggregate \(quoted(name.value))", at: name.mark, log) else {
            draft.hosts = .unreadable
            return draft
        }
        fields.require(.hosts)
        draft.hosts = fields.read(.hosts) { values.list($0, of: "node or cluster", member) }
        draft.properties = fields.read(.properties) { settings(named: $0, "property") }.value ?? []
        return draft
    }

    /// `kvm1`, or `vc1/cluster_a`
    private func member(_ node: YAMLNode) -> AggregateMember? {
        guard let text = values.text(node, "a node's name, or VCENTER/CLUSTER") else { return nil }
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        return parts.count == 2 ? .cluster(ClusterReference(vcenter: parts[0], cluster: parts[1])) : .node(text)
    }

    /// A mapping from names, which OpenStack takes as they are, to values.
    func settings(named node: YAMLNode, _ what: String) -> [Setting]? {
        log.members(node, "values")?.compactMap { pair in
            checkName(pair, what, NamePattern.spec)
            return values.option(pair.value).map { Setting(name: pair.key, value: $0) }
        }
    }

    func capacity(_ node: YAMLNode, at mark: Mark) -> HypervisorCapacity? {
        guard let fields = Fields<CapacityKey>(node, "capacity", at: mark, log) else { return nil }
        return HypervisorCapacity(
            vcpus: fields.read(.vcpus) { values.integer($0, in: 1...65_536) }.value,
            ramMB: fields.read(.ramMB) { values.integer($0, in: 1...1_073_741_824) }.value,
            diskGB: fields.read(.diskGB) { values.integer($0, in: 0...16_777_216) }.value)
    }
}

extension Rules {
    /// An aggregate's members are hypervisors of the lab, each once.
    @Sendable static func aggregatesHaveHosts(_ draft: Draft) -> [Problem] {
        let nodes = draft.nodeList
        return (draft.aggregates.value ?? []).flatMap { aggregate -> [Problem] in
            guard let hosts = aggregate.hosts.value else { return [] }
            var seen: Set<AggregateMember> = []
            return hosts.compactMap { member in
                guard seen.insert(member.value).inserted else {
                    return .error(member.mark, "\(member.value) stands here twice", hint: "keep it once")
                }
                switch member.value {
                case .cluster(let reference): return unknown(reference, at: member.mark, draft)
                case .node(let name): return unknown(name, at: member.mark, nodes)
                }
            }
        }
    }

    private static func unknown(_ reference: ClusterReference, at mark: Mark, _ draft: Draft) -> Problem? {
        guard !draft.hasCluster(reference) else { return nil }
        let known = draft.vcenterList.flatMap { vcenter in
            (vcenter.clusters.value ?? []).map { "\(vcenter.name.value)/\($0.name.value)" }
        }
        return .error(
            mark, "there is no cluster \(quoted("\(reference)"))",
            hint: suggestion(for: "\(reference)", among: known, called: "clusters"))
    }

    private static func unknown(_ name: String, at mark: Mark, _ nodes: [NodeDraft]) -> Problem? {
        guard let node = nodes.first(where: { $0.name.value == name }) else {
            let computes = nodes.filter { $0.has(.compute) }.map(\.name.value)
            return .error(
                mark, "there is no node \(quoted(name))",
                hint: suggestion(for: name, among: computes, called: "compute nodes"))
        }
        guard node.roles.value != nil, !node.has(.compute) else { return nil }
        return .error(
            mark, "node \(quoted(name)) has no hypervisor that an aggregate could hold",
            hint: "name nodes with the role compute")
    }
}

extension AggregateMember: CustomStringConvertible {
    public var description: String {
        switch self {
        case .node(let name): name
        case .cluster(let reference): reference.description
        }
    }
}
