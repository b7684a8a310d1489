import Access
import Topology
import VSphere
import Wording

/// What Nova's VMware driver makes in vCenter for a project with its first instance, and never removes: the folder
/// `OpenStack/Project (ID)`, with `Instances` in it (nova/virt/vmwareapi/vmops.py, `build_virtual_machine`).
struct ProjectFolders: Sendable {
    let lab: Lab?
    let vcenters: VCenterSessions

    /// As Nova cuts it, so that the name stays below 80 characters.
    static func name(ofProject id: String) -> String { "Project (\(id.prefix(36)))" }

    /// Why the folders of a project could not be removed; nil: nothing known is in the way.
    func obstacle(for subjects: [Subject]) async -> String? {
        guard subjects.contains(where: \.isInVCenter) else { return nil }
        guard let lab else {
            return "Nova makes a folder in vCenter for each project, and no topology says how to remove it"
        }
        for vcenter in lab.vcenters {
            do {
                let session = try await vcenters.session(with: vcenter)
                let inventory = try await session.inventory()
                let above = inventory.folders.filter { $0.name == "OpenStack" }.map(\.reference)
                let places = above.isEmpty ? inventory.datacenters.map(\.reference) : above
                let lacking = try await session.privileges(["Folder.Delete"], on: places)
                guard lacking.allSatisfy(\.missing.isEmpty) else {
                    return
                        "\(vcenter.name): the account lacks the privilege Folder.Delete, without which the folder that "
                        + "Nova makes for each project would stay"
                }
            } catch {
                let reason = VisibleText("\(error)").folded
                return "\(vcenter.name) cannot be asked for the folder that Nova makes for each project: \(reason)"
            }
        }
        return nil
    }

    /// Removes a project's folders where nothing is in them.
    ///
    /// - Throws: what a vCenter says, or which folder is not empty.
    func remove(ofProject id: String) async throws {
        guard let lab else {
            throw CheckFailure(
                layer: .vcenter,
                reason: "Nova has made a folder for it in vCenter, which only the lab's topology leads to",
                look: "`polyvisor verify TOPOLOGY --clean`")
        }
        for vcenter in lab.vcenters {
            let session = try await vcenters.session(with: vcenter)
            for folder in try await session.inventory().folders where folder.name == Self.name(ofProject: id) {
                guard try await !session.removeEmptyFolder(folder.reference) else { continue }
                let reason = "\(vcenter.name): the folder \(folder.name) is not empty"
                throw CheckFailure(layer: .vcenter, reason: reason, look: "the folder OpenStack in vCenter")
            }
        }
    }
}
