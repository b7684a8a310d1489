import OpenStack
import Wording

/// What is left of an instance that was deleted, judged; nil while it may still go away.
extension CheckVerdict {
    static func goneFromNova(_ server: Server?) -> CheckVerdict? { server == nil ? .passed(nil) : nil }

    static func stillInNova(_ server: Server?, waited: Duration, look: String) -> CheckVerdict {
        let task = server?.taskState.map { " (task \($0))" } ?? ""
        let fault = server?.fault.map { ": \"\(VisibleText($0.message).folded)\"" } ?? ""
        let state = "\(server?.status ?? "unknown")\(task)\(fault)"
        return .nova("the instance is still \(state) \(waited.components.seconds) s after it was deleted", look)
    }

    static func stillInNeutron(_ ports: [Port], look: String) -> CheckVerdict {
        let ids = ports.map(\.id).joined(separator: ", ")
        return .failed(CheckFailure(layer: .neutron, reason: "still has port \(ids) of the instance", look: look))
    }

    /// - Parameter allocations: resource provider → resource class → amount.
    static func stillInPlacement(_ allocations: [String: [String: Int]], id: String, look: String) -> CheckVerdict {
        let held = allocations.sorted { $0.key < $1.key }.map { provider, resources in
            let amounts = resources.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
            return "\(amounts.joined(separator: ", ")) of \(provider)"
        }
        let reason = "still allocates \(held.joined(separator: "; ")) to the instance \(id)"
        return .failed(CheckFailure(layer: .placement, reason: reason, look: look))
    }

    /// The command whose output `goneFromLibvirt` reads: the UUIDs of all domains, then the instance's folder if it
    /// is there.
    static func libvirtCommand(uri: String, folder: String) -> String {
        "virsh --connect \(uri) --readonly list --all --uuid && if test -e '\(folder)'; then echo '\(folder)'; fi"
    }

    static func goneFromLibvirt(_ output: String, id: String, folder: String) -> CheckVerdict? {
        libvirtRemains(output, id: id, folder: folder).isEmpty ? .passed(nil) : nil
    }

    static func stillInLibvirt(_ output: String, id: String, folder: String, look: String) -> CheckVerdict {
        let remains = libvirtRemains(output, id: id, folder: folder).joined(separator: " and ")
        return .failed(CheckFailure(layer: .libvirt, reason: "still has \(remains) of the instance", look: look))
    }

    private static func libvirtRemains(_ output: String, id: String, folder: String) -> [String] {
        let lines = output.split(whereSeparator: \.isNewline).map { String($0.trimmingPrefix(while: \.isWhitespace)) }
        return [
            lines.contains { $0.lowercased().hasPrefix(id.lowercased()) } ? "the domain" : nil,
            lines.contains { $0.hasPrefix(folder) } ? "the folder \(folder)" : nil,
        ].compactMap(\.self)
    }

    static func stillInVCenter(vm: String?, folders: [String], vcenter: String, look: String) -> CheckVerdict {
        let remains = (vm.map { ["the VM \($0)"] } ?? []) + folders.map { "the folder \($0)" }
        let reason = "\(vcenter): still has \(remains.joined(separator: " and ")) of the instance"
        return .failed(CheckFailure(layer: .vcenter, reason: reason, look: look))
    }
}
