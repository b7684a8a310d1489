import OpenStack

/// What Placement counts of a hypervisor, against what the hypervisor itself reports to Nova.
struct InventoryComparison: Sendable {
    /// A resource that the two count differently.
    struct Difference: Sendable, Equatable {
        let resource: String
        let placement, hypervisor: Int
        /// What the instance needs of it; nil: not known.
        let wanted: Int?

        /// Nova reads a host's memory and disk twice, once for its database and once for Placement, and both move: memory is
        /// hot-plugged, disks are enlarged. A difference counts where it decides whether the instance fits, or where it is
        /// a fifth: more than what such steps are, and than what reserved memory and allocation ratios blur anyway.
        var hasConsequence: Bool {
            if let wanted, (wanted > placement) != (wanted > hypervisor) { return true }
            return abs(placement - hypervisor) * 5 > max(placement, hypervisor)
        }

        var words: String { "\(resource) \(placement), and the hypervisor reports \(hypervisor)" }
    }

    let hostname: String
    /// Resource → how much Placement has, in its order.
    let known: [(resource: String, total: Int)]
    let classes: [String]
    let differences: [Difference]

    /// - Parameters:
    ///   - flavor: of the instance.
    ///   - countsOneDatastore: whether the driver reports to Nova the roomiest datastore alone, and all together to Placement:
    ///     nova/virt/vmwareapi/host.py, `_get_ds_capacity_and_freespace`, and driver.py, `update_provider_tree`.
    init(
        _ inventories: [String: OpenStack.Inventory], of hypervisor: HypervisorState, for flavor: OpenStack.Flavor?,
        countsOneDatastore: Bool
    ) {
        func total(_ classes: String...) -> Int? {
            let found = classes.compactMap { inventories[$0]?.total }
            return found.isEmpty ? nil : found.reduce(0, +)
        }
        hostname = hypervisor.hostname
        classes = inventories.keys.sorted()
        let cores = ("VCPU", total("VCPU", "PCPU"), hypervisor.vcpus, flavor?.vcpus)
        let memory = ("MEMORY_MB", total("MEMORY_MB"), hypervisor.memoryMB, flavor?.ram)
        // Disks may be counted by a provider that several hosts share.
        let disk = ("DISK_GB", total("DISK_GB"), countsOneDatastore ? nil : hypervisor.localGB, flavor?.disk)
        known = [cores, memory, disk].compactMap { name, total, _, _ in total.map { (name, $0) } }
        differences = [cores, memory, disk].compactMap { name, total, reported, wanted in
            guard let total, let reported, total != reported else { return nil }
            return Difference(resource: name, placement: total, hypervisor: reported, wanted: wanted)
        }
    }

    func sighting(look: String) -> Sighting {
        func failed(_ reason: String) -> Sighting {
            .moving(.failed(CheckFailure(layer: .placement, reason: reason, look: look)))
        }
        let names = known.map(\.resource)
        guard names.contains("VCPU"), names.contains("MEMORY_MB") else {
            let list = classes.joined(separator: ", ")
            return failed("has no cores or no memory of \(hostname); it has \(list.isEmpty ? "nothing" : list)")
        }
        let harmful = differences.filter(\.hasConsequence)
        guard harmful.isEmpty else {
            let list = harmful.map(\.words).joined(separator: "; ")
            return failed("its inventory of \(hostname) is stale: \(list)")
        }
        let units = ["VCPU": "VCPU", "MEMORY_MB": "MB", "DISK_GB": "GB"]
        return .settled(
            .passed(known.map { "\($0.total) \(units[$0.resource] ?? $0.resource)" }.joined(separator: ", ")))
    }

    /// What differs and harms nothing, for a note; nil: nothing differs.
    var note: String? {
        guard !differences.isEmpty, !differences.contains(where: \.hasConsequence) else { return nil }
        let list = differences.map(\.words).joined(separator: "; ")
        return "Placement has for \(hostname) \(list): such numbers move by themselves, and the instance fits by both"
    }
}
