import Access
import Preflight
import VSphere

/// What a vCenter shows of an instance, judged.
extension CheckVerdict {
    static func vmPower(_ vm: VirtualMachine, vcenter: String) -> CheckVerdict {
        guard vm.connectionState == "connected" else {
            return .vcenter("the VM \(vm.name) is \(vm.connectionState)", vcenter)
        }
        guard vm.powerState == "poweredOn" else { return .vcenter("the VM \(vm.name) is \(vm.powerState)", vcenter) }
        return .passed(vm.hostName.map { "on ESXi \($0)" })
    }

    /// - Parameter cluster: the cluster's name in vCenter.
    static func vmCluster(_ vm: VirtualMachine, cluster: String, vcenter: String) -> CheckVerdict {
        guard let name = vm.clusterName else {
            return .vcenter("the VM \(vm.name) is in no cluster; it should be in \(cluster)", vcenter)
        }
        guard name == cluster else {
            return .vcenter("the VM \(vm.name) is in cluster \(name); it should be in \(cluster)", vcenter)
        }
        return .passed(name)
    }

    /// - Parameter regex: Python's, matched at the start as Nova does it; nil: any datastore will do.
    static func vmDatastore(_ vm: VirtualMachine, regex: String?, vcenter: String) -> CheckVerdict {
        let names = vm.datastoreNames
        guard !names.isEmpty else { return .vcenter("the VM \(vm.name) is on no datastore", vcenter) }
        guard let regex else { return .passed(names.joined(separator: ", ")) }
        let judged = names.map { DatastoreExpression.matches(regex, $0) }
        guard !judged.contains(nil) else { return .unreadable(regex) }
        let wrong = zip(names, judged).filter { $1 == false }.map(\.0)
        guard wrong.isEmpty else {
            let reason = "the VM \(vm.name) is on datastore \(wrong.joined(separator: ", ")), which datastore_regex"
            return .vcenter("\(reason) \"\(regex)\" does not match", vcenter)
        }
        return .passed(names.joined(separator: ", "))
    }

    /// Whether the VM is attached to the port group of its network.
    static func vmNetwork(_ vm: VirtualMachine, portGroup: String, vcenter: String) -> CheckVerdict {
        guard vm.networkNames.contains(portGroup) else {
            let names = vm.networkNames.isEmpty ? "no network" : vm.networkNames.joined(separator: ", ")
            return .vcenter("the VM \(vm.name) is attached to \(names), not to \(portGroup)", vcenter)
        }
        guard !vm.networkAdapters.isEmpty else {
            return .vcenter("the VM \(vm.name) has no network adapter", vcenter)
        }
        return .passed("\(portGroup), \(vm.networkAdapters.map(\.type).joined(separator: ", "))")
    }

    /// - Parameter adapter: the image's `vmware_adaptertype`; lsiLogic where it has none (nova/virt/vmwareapi).
    static func vmDisk(_ vm: VirtualMachine, adapter: String?, vcenter: String) -> CheckVerdict {
        guard let disk = vm.disks.first else { return .vcenter("the VM \(vm.name) has no disk", vcenter) }
        let controllers = [
            "lsiLogic": "VirtualLsiLogicController", "busLogic": "VirtualBusLogicController",
            "lsiLogicsas": "VirtualLsiLogicSASController", "paraVirtual": "ParaVirtualSCSIController",
            "ide": "VirtualIDEController",
        ]
        let tag = adapter ?? "lsiLogic"
        let found = disk.controller ?? "no controller"
        if let wanted = controllers[tag], wanted != found {
            return .vcenter(
                "the disk of VM \(vm.name) is on \(found), not on \(wanted) as vmware_adaptertype=\(tag) asks", vcenter)
        }
        let thin = disk.thinProvisioned.map { $0 ? "thin" : "thick" }
        return .passed([found, thin, disk.backing].compactMap(\.self).joined(separator: ", "))
    }

    private static func vcenter(_ reason: String, _ vcenter: String) -> CheckVerdict {
        .failed(CheckFailure(layer: .vcenter, reason: "\(vcenter): \(reason)", look: "the VM's events in vCenter"))
    }
}
