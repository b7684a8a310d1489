import OpenStack

/// How Neutron bound an instance's port, judged.
extension CheckVerdict {
    /// - Parameters:
    ///   - portGroup: the port group that a vCenter's port has to be bound to; nil for other hypervisors.
    ///   - look: Neutron's log.
    static func portBinding(_ port: Port?, host: String, portGroup: String?, look: String) -> CheckVerdict {
        func failed(_ reason: String) -> CheckVerdict {
            .failed(CheckFailure(layer: .neutron, reason: reason, look: look))
        }
        guard let port else { return failed("has no port of the instance") }
        let type = port.vifType ?? "unknown"
        if type == "binding_failed" || type == "unbound" {
            return failed("port \(port.id) is not bound on \(port.host ?? host): its VIF type is \(type)")
        }
        guard port.host == host else {
            return failed("port \(port.id) is bound on \(port.host ?? "no host"), not on \(host)")
        }
        guard let portGroup else { return .passed("\(type), \(port.fixedIPs.map(\.address).joined(separator: ", "))") }
        // Nova's VMware driver attaches nothing else to a port group (nova/virt/vmwareapi/vif.py).
        guard type == "dvs" else {
            return failed("port \(port.id) has VIF type \(type); Nova's VMware driver needs dvs")
        }
        let bound = port.vifDetails?.portGroup
        guard bound == portGroup else {
            return failed("port \(port.id) is bound to port group \(bound ?? "none"), not \(portGroup)")
        }
        return .passed("dvs, \(portGroup)")
    }
}
