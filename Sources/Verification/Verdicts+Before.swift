import ImageMeta
import OpenStack

/// What an instance needs, judged before one is made.
extension CheckVerdict {
    /// Whether an image's form and tags let it boot on a hypervisor.
    static func image(_ parts: Ingredients, for driver: Subject.Driver) -> CheckVerdict {
        let image = parts.image
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
        if kind == .vmware, parts.provesItself, isOnIDE(image) {
            return failed(
                "is tagged vmware_adaptertype=ide, and the tiny guest has no driver for that; tag it lsiLogic")
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

    /// What may keep an image from booting, or not: its guest decides. nil: nothing.
    ///
    /// nova/virt/vmwareapi/constants.py; attaching a volume to IDE is refused, and a VMDK for SCSI boots on none.
    static func imageWarning(_ parts: Ingredients, for driver: Subject.Driver) -> String? {
        guard ImageKind(driver) == .vmware, !parts.provesItself, isOnIDE(parts.image) else { return nil }
        return
            "image \(parts.image.name ?? parts.image.id) is tagged vmware_adaptertype=ide: many guests of today have no "
            + "driver for that, and Nova attaches no volume to it"
    }

    private static func isOnIDE(_ image: OpenStack.Image) -> Bool { image.properties["vmware_adaptertype"] == "ide" }

    /// - Parameter count: how many instances the run makes at once.
    static func quota(_ limits: ComputeLimits, for flavor: OpenStack.Flavor, count: Int) -> Sighting {
        let wanted = [
            ("instances", limits.instances, count), ("cores", limits.cores, count * flavor.vcpus),
            ("MB of memory", limits.ramMB, count * flavor.ram),
        ]
        let lacking = wanted.filter { !$1.holds($2) }
        guard !lacking.isEmpty else { return .settled(.passed(nil)) }
        let list = lacking.map { "\($2) more \($0), and has used \($1.used) of \($1.limit)" }
        let verdict = CheckVerdict.nova(
            "the project's quota is too small: the run needs \(list.joined(separator: "; "))",
            "`openstack quota show`, `openstack limits show --absolute`")
        // What is used may go; a limit that is too small for the run alone does not grow.
        let isHopeless = lacking.contains { $1.limit < $2 }
        return isHopeless ? .settled(verdict) : .moving(verdict)
    }

    /// Whether a flavor fits on the host, by what Placement would give out.
    static func capacity(_ room: ProviderRoom, for flavor: OpenStack.Flavor, look: String) -> Sighting {
        func failed(_ reason: String) -> CheckVerdict {
            .failed(CheckFailure(layer: .placement, reason: "flavor \(flavor.name) \(reason)", look: look))
        }
        for (name, wanted) in [("VCPU", flavor.vcpus), ("MEMORY_MB", flavor.ram), ("DISK_GB", flavor.disk)] {
            guard let inventory = room.inventories[name] else { continue }
            if let most = inventory.maxUnit, wanted > most {
                let verdict = failed(
                    "is too large for this host: it needs \(wanted) \(name), of which one gets \(most) at the most")
                // On vSphere `max_unit` of disk is the room on the roomiest datastore, which comes and goes.
                return wanted <= inventory.total ? .moving(verdict) : .settled(verdict)
            }
            let free = inventory.capacity - (room.usages[name] ?? 0)
            if wanted > free {
                // Others may be deleting instances there.
                return .moving(failed("does not fit now: it needs \(wanted) \(name), and \(max(0, free)) are free"))
            }
        }
        return .settled(.passed(flavor.name))
    }
}
