import Release
import Topology

/// Judges one hypervisor after the other.
struct PlacementJudge {
    let lab: Lab
    let release: Release
    let flavor: Flavor
    let zone: String?
    let network: ProviderNetwork?

    func candidate(_ service: ComputeService, _ form: ImageForm) -> Placement.Candidate {
        let kind = lab.node(service.node)?.hypervisor?.kind ?? .kvm
        return Placement.Candidate(
            host: service.host(in: release), node: service.node, hypervisor: name(kind, service),
            zone: service.availabilityZone, reasons: reasons(service, kind, form))
    }

    /// In Havana to Kilo all clusters of a node have one host.
    private func name(_ kind: HypervisorKind, _ service: ComputeService) -> String {
        guard release.era == .legacy, case .cluster(let reference) = service.driver else { return kind.rawValue }
        return "\(kind.rawValue) (\(reference))"
    }

    private func reasons(_ service: ComputeService, _ kind: HypervisorKind, _ form: ImageForm) -> [String] {
        var reasons: [String] = []
        if case .noDriver(let why) = release.support(for: kind) { reasons.append(why) }
        if !kind.instances.contains(form.hypervisorType) {
            reasons.append(
                "ImagePropertiesFilter: the image is for \(form.hypervisorType), and the host reports"
                    + " \(kind.instances.joined(separator: " and "))")
        }
        if release.era == .modern, !kind.image.accepts.contains(form.diskFormat) {
            let trait = "COMPUTE_IMAGE_TYPE_\(form.diskFormat.uppercased())"
            reasons.append("Placement: the host has not the trait \(trait) (query_placement_for_image_type_support)")
        }
        if let zone, service.availabilityZone ?? "nova" != zone {
            let own = service.availabilityZone.map { "in zone \($0)" } ?? "in no zone of its own (Nova says nova)"
            let judge = release.era == .modern ? "Placement" : "AvailabilityZoneFilter"
            reasons.append("\(judge): the host is \(own), not in \(zone)")
        }
        reasons += sizeReasons(service, kind) + flavor.extraSpecs.compactMap { specReason($0, service, kind) }
        if let network, let why = NetworkReach(lab: lab, release: release).obstacle(for: service, to: network) {
            reasons.append("network: \(why); the scheduler does not ask for it")
        }
        return reasons
    }

    // MARK: Size

    private func sizeReasons(_ service: ComputeService, _ kind: HypervisorKind) -> [String] {
        var reasons: [String] = []
        if kind.isVSphere, let refusal = flavor.vsphereRefusal { reasons.append("vSphere: \(refusal)") }
        if kind.isBareMetal { return reasons + ironicReasons }
        guard let capacity = capacity(of: service) else { return reasons }
        let whose = if case .cluster = service.driver { "its largest host" } else { "the host" }
        // A provider's max_unit is what one host has, without the allocation ratio (nova/virt/*/driver.py).
        let sizes = [
            ("vCPUs", flavor.vcpus, capacity.vcpus, "VCPU"), ("MB", flavor.ramMB, capacity.ramMB, "MEMORY_MB"),
            ("GB", flavor.diskGB, capacity.diskGB, "DISK_GB"),
        ]
        for (unit, wanted, has, resource) in sizes {
            guard let has, let limit = limit(has, resource, kind), wanted > limit.most else { continue }
            reasons.append(
                "\(limit.judge): the flavor asks for \(wanted) \(unit) (\(resource)), and \(whose) has \(has)\(limit.note)"
            )
        }
        return reasons
    }

    /// The most of a resource that an instance may ask of a host, and who says so; nil where nobody does.
    private func limit(
        _ has: Int, _ resource: String, _ kind: HypervisorKind
    ) -> (judge: String, most: Int, note: String)? {
        if release.era == .modern { return ("Placement", has, "") }
        switch (resource, kind) {
        case ("VCPU", _) where kind.isVSphere: return ("vSphere", has, "")
        // A cluster has more than its largest host.
        case ("MEMORY_MB", _) where kind != .vmware:
            return ("RamFilter", has + has / 2, ", of which ram_allocation_ratio makes half as much again")
        default: return nil
        }
    }

    private func capacity(of service: ComputeService) -> HypervisorCapacity? {
        if case .cluster(let reference) = service.driver { return lab.cluster(reference)?.capacity }
        return lab.node(service.node)?.capacity
    }

    /// Ironic's machines are asked for by their class, and by nothing else.
    private var ironicReasons: [String] {
        guard release.era == .modern else { return [] }
        let zeroed = ["resources:VCPU", "resources:MEMORY_MB", "resources:DISK_GB"]
        let isZeroed = zeroed.allSatisfy { name in flavor.extraSpecs.contains { $0.name == name && $0.value == "0" } }
        let asksForClass = flavor.extraSpecs.contains { $0.name.hasPrefix("resources:CUSTOM_") }
        guard !isZeroed || !asksForClass else { return [] }
        return [
            "Placement: Ironic's nodes have resource classes of their own, and flavor \(flavor.name) asks for vCPUs"
                + " and memory"
        ]
    }

    // MARK: Extra specs

    /// Names that ComputeCapabilitiesFilter finds at a host itself (nova/scheduler/host_manager.py HostState).
    private static let capabilities: Set = [
        "hypervisor_type", "hypervisor_version", "hypervisor_hostname", "cpu_info", "vcpus_total", "vcpus_used",
        "free_ram_mb", "total_usable_ram_mb", "free_disk_mb", "disk_mb_used", "num_instances", "num_io_ops", "host",
        "host_ip", "nodename", "cpu_allocation_ratio", "ram_allocation_ratio", "disk_allocation_ratio",
    ]

    /// Extra specs that only a running cloud can judge.
    var notJudged: [String] { flavor.extraSpecs.filter { !isJudged($0) }.map(\.name) }

    private func isJudged(_ spec: Setting) -> Bool {
        let parts = spec.name.split(separator: ":", maxSplits: 1).map(String.init)
        guard parts.count == 2 else { return !Self.capabilities.contains(spec.name) }
        switch parts[0] {
        case "aggregate_instance_extra_specs": return AggregateProperty(spec.value) != nil
        case "resources": return parts[1].hasPrefix("CUSTOM_") || ["VCPU", "MEMORY_MB", "DISK_GB"].contains(parts[1])
        default: return false
        }
    }

    private func specReason(_ spec: Setting, _ service: ComputeService, _ kind: HypervisorKind) -> String? {
        guard isJudged(spec) else { return nil }
        let parts = spec.name.split(separator: ":", maxSplits: 1).map(String.init)
        guard parts.count == 2 else {
            return "ComputeCapabilitiesFilter: takes \(spec.name) for a capability of the host, which none reports;"
                + " write aggregate_instance_extra_specs:\(spec.name)"
        }
        if parts[0] == "resources" {
            let isMissing = parts[1].hasPrefix("CUSTOM_") && !kind.isBareMetal && spec.value != "0"
            return isMissing ? "Placement: the host has no resource of class \(parts[1])" : nil
        }
        return aggregateReason(parts[1], spec.value, service)
    }

    private func aggregateReason(_ name: String, _ value: String, _ service: ComputeService) -> String? {
        // Havana to Kilo get the filter with the first aggregate that has properties.
        if release.era == .legacy, !lab.aggregates.contains(where: { !$0.properties.isEmpty }) { return nil }
        let own = lab.aggregates.filter { lab.services(of: $0).contains(service) }
        let found = own.flatMap(\.properties).filter { $0.name == name }.map(\.value)
        guard AggregateProperty(value)?.isMet(by: found) != true else { return nil }
        let has =
            found.isEmpty ? "none of its aggregates says" : "its aggregates say \(found.joined(separator: " and "))"
        return "AggregateInstanceExtraSpecsFilter: the flavor asks for \(name)=\(value), and \(has)"
    }
}

/// What an extra spec asks of aggregates' properties: a text, or `<or> A <or> B` (nova/scheduler/filters/extra_specs_ops.py).
private struct AggregateProperty {
    let accepted: [String]

    /// nil for the operators that are not judged here.
    init?(_ value: String) {
        let words = value.split(separator: " ").map(String.init)
        if words.first == "<or>" {
            accepted = words.split(separator: "<or>").compactMap(\.first)
            return
        }
        let operators = ["=", "<in>", "<all-in>", "==", "!=", ">=", "<=", "s==", "s!=", "s<", "s<=", "s>", "s>="]
        if words.count > 1, let first = words.first, operators.contains(first) { return nil }
        accepted = [value]
    }

    func isMet(by found: [String]) -> Bool {
        // A property may hold several values, separated by commas.
        found.contains { property in
            property.split(separator: ",").map { $0.drop { $0 == " " } }.contains { accepted.contains(String($0)) }
        }
    }
}
