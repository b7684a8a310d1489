import ImageMeta
import OpenStack

/// What an instance needs, judged before one is made.
extension CheckVerdict {
    /// Whether Placement counts what the hypervisor itself reports.
    static func inventory(
        _ inventories: [String: OpenStack.Inventory], of hypervisor: HypervisorState, look: String
    ) -> CheckVerdict {
        func total(_ classes: String...) -> Int? {
            let found = classes.compactMap { inventories[$0]?.total }
            return found.isEmpty ? nil : found.reduce(0, +)
        }
        func failed(_ reason: String) -> CheckVerdict {
            .failed(CheckFailure(layer: .placement, reason: reason, look: look))
        }
        // Disks may be counted by a provider that several hosts share.
        guard let cores = total("VCPU", "PCPU"), let memory = total("MEMORY_MB") else {
            let known = inventories.keys.sorted().joined(separator: ", ")
            return failed(
                "has no cores or no memory of \(hypervisor.hostname); it has \(known.isEmpty ? "nothing" : known)")
        }
        let known = "\(cores) VCPU, \(memory) MB" + (total("DISK_GB").map { ", \($0) GB" } ?? "")
        let pairs = [
            ("VCPU", cores, hypervisor.vcpus), ("MEMORY_MB", memory, hypervisor.memoryMB),
            ("DISK_GB", total("DISK_GB") ?? hypervisor.localGB ?? 0, hypervisor.localGB),
        ]
        let unequal = pairs.filter { _, ours, theirs in theirs != nil && theirs != ours }
        guard !unequal.isEmpty else { return .passed(known) }
        let list = unequal.map { "\($0) \($1), and the hypervisor reports \($2.map(String.init) ?? "none")" }
            .joined(separator: "; ")
        guard unequal.allSatisfy({ _, ours, theirs in isNear(ours, theirs ?? ours) }) else {
            return failed("its inventory of \(hypervisor.hostname) is stale: \(list)")
        }
        return .passed("\(known) (\(list): it moves)")
    }

    /// Nova reads a host's memory and disk twice, once for itself and once for Placement, and on a machine whose memory is
    /// hot-plugged two honest readings differ. A fifth is more than that, and makes a difference to who fits.
    private static func isNear(_ ours: Int, _ theirs: Int) -> Bool {
        abs(ours - theirs) * 5 <= max(ours, theirs)
    }

    /// Whether an image's form and tags let it boot on a hypervisor.
    static func image(_ image: OpenStack.Image, for driver: Subject.Driver) -> CheckVerdict {
        let name = image.name ?? image.id
        func failed(_ reason: String) -> CheckVerdict {
            let look = "`openstack image show \(name)`"
            return .failed(CheckFailure(layer: .glance, reason: "image \(name) \(reason)", look: look))
        }
        guard let kind = ImageKind(driver) else { return .passed(name) }
        if let type = image.properties["img_hv_type"], !kind.hypervisorTypes.contains(type.lowercased()) {
            let wanted = kind.hypervisorTypes.sorted().joined(separator: " or ")
            return failed("is tagged img_hv_type=\(type), so the scheduler keeps it from here; it should be \(wanted)")
        }
        if kind == .vmware, !["vmdk", "iso"].contains(image.diskFormat) {
            return failed("is \(image.diskFormat ?? "of no format"); Nova's VMware driver takes vmdk and iso")
        }
        // nova/virt/vmwareapi/constants.py; attaching a volume to IDE is refused, and a VMDK for SCSI boots on none.
        if kind == .vmware, image.properties["vmware_adaptertype"] == "ide" {
            return failed(
                "is tagged vmware_adaptertype=ide: its disk would hang on an IDE adapter, where most guests of today "
                    + "have no driver; convert it, and tag it lsiLogic or paraVirtual")
        }
        // Whatever Nova refuses fails before an instance is there, and says little; os_distro counts from Liberty on only.
        if let target = kind.target,
            let problem = ImageMeta(image.properties).problems(for: target).first(where: {
                $0.severity == .error && $0.name != "os_distro"
            })
        {
            return failed("is tagged \(problem.what); \(problem.fix)")
        }
        return .passed([name, image.diskFormat].compactMap(\.self).joined(separator: ", "))
    }

    /// - Parameter count: how many instances the run makes at once.
    static func quota(_ limits: ComputeLimits, for flavor: OpenStack.Flavor, count: Int) -> CheckVerdict {
        let wanted = [
            ("instances", limits.instances, count), ("cores", limits.cores, count * flavor.vcpus),
            ("MB of memory", limits.ramMB, count * flavor.ram),
        ]
        let lacking = wanted.filter { !$1.holds($2) }
        guard lacking.isEmpty else {
            let list = lacking.map { "\($2) more \($0), and has used \($1.used) of \($1.limit)" }
            let look = "`openstack quota show`, `openstack limits show --absolute`"
            return .nova("the project's quota is too small: the run needs \(list.joined(separator: "; "))", look)
        }
        return .passed(nil)
    }

    /// Whether a flavor fits on the host, by what Placement would give out.
    static func capacity(_ room: ProviderRoom, for flavor: OpenStack.Flavor, look: String) -> CheckVerdict {
        func failed(_ reason: String) -> CheckVerdict {
            .failed(CheckFailure(layer: .placement, reason: "flavor \(flavor.name) \(reason)", look: look))
        }
        for (name, wanted) in [("VCPU", flavor.vcpus), ("MEMORY_MB", flavor.ram), ("DISK_GB", flavor.disk)] {
            guard let inventory = room.inventories[name] else { continue }
            if let most = inventory.maxUnit, wanted > most {
                return failed(
                    "is too large for this host: it needs \(wanted) \(name), of which one gets \(most) at the most")
            }
            let free = inventory.capacity - (room.usages[name] ?? 0)
            if wanted > free {
                return failed("does not fit now: it needs \(wanted) \(name), and \(max(0, free)) are free")
            }
        }
        return .passed(flavor.name)
    }

    /// - Parameters:
    ///   - serving: the DHCP agents of the network.
    ///   - look: where the agents' logs are.
    static func networkAgents(
        all: [NetworkAgent], serving: [NetworkAgent], network: String, subject: Subject, look: String
    ) -> CheckVerdict {
        func failed(_ reason: String, _ log: String = "") -> CheckVerdict {
            .failed(CheckFailure(layer: .neutron, reason: reason, look: look))
        }
        // OVN serves DHCP itself, and has no such agents.
        let isOVN = all.contains { $0.kind?.hasPrefix("OVN") == true }
        if !isOVN, !serving.contains(where: { $0.alive && $0.isEnabled != false }) {
            guard serving.isEmpty else {
                let hosts = serving.map(\.host).sorted().joined(separator: ", ")
                return failed(
                    "the DHCP agent of network \(network) on \(hosts) is down, so no instance gets an address")
            }
            // Neutron gives a network an agent with its first port at the latest.
            guard all.contains(where: { $0.kind == "DHCP agent" && $0.alive && $0.isEnabled != false }) else {
                return failed("no DHCP agent serves network \(network), and none is up that could")
            }
        }
        if case .libvirt = subject.driver {
            let local = all.filter { $0.host == subject.host }
            if let dead = local.first(where: { !$0.alive }) {
                return failed("the \(dead.kind ?? dead.binary) on \(dead.host) is down, so no port is plugged there")
            }
        }
        if let dead = all.first(where: { $0.kind == "Metadata agent" && !$0.alive }) {
            return failed("the metadata agent on \(dead.host) is down")
        }
        let hosts = serving.filter(\.alive).map(\.host).sorted().joined(separator: ", ")
        return .passed(isOVN ? "OVN" : hosts.isEmpty ? "DHCP from the first port on" : "DHCP on \(hosts)")
    }
}
