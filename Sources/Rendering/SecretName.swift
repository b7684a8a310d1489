public import Topology

extension Rendering {
    /// The services with a database and a user in Keystone.
    public static let services = ["glance", "keystone", "neutron", "nova", "placement"]

    /// The secrets that Polyvisor makes for a lab.
    ///
    /// The passwords of vCenters come on top, see `vcenterSecretNames(for:)`.
    public static func secretNames(for lab: Lab, purpose: RenderInput.Purpose = .deployment) -> [SecretName] {
        let isForFiles = purpose == .files
        let volumes = isForFiles && !lab.storageNodes.isEmpty ? ["cinder"] : []
        let ironic = lab.hasBareMetal ? ["ironic"] : []
        let users = (services.filter { $0 != "keystone" } + volumes + ironic).map(SecretName.user)
        let databases = (services + volumes).map(SecretName.database)
        let clustered = lab.controllers.count > 1 ? [SecretName.messageQueueCookie, .virtualAddress] : []
        let moves = lab.nodes.contains(where: lab.movesInstances) ? [SecretName.novaSSH, .novaSSHHost] : []
        let own: [SecretName] = [.admin, .messageQueue, .metadataProxy] + (isForFiles ? [.dashboard] : [])
        return (own + databases + users + clustered + moves + legacySecretNames(for: lab)).sorted()
    }

    /// The passwords of the vCenters that nodes of the lab use, with where each comes from.
    public static func vcenterSecretNames(for lab: Lab) -> [(name: SecretName, source: SecretReference)] {
        usedVCenters(in: lab).map { (.vcenter($0.name), $0.password) }
    }

    /// The vCenters that nova-compute, cinder-volume or Glance log in to, in the topology's order.
    static func usedVCenters(in lab: Lab) -> [VCenter] {
        var used = Set(lab.drivenVCenters.map(\.name))
        for backend in lab.nodes.flatMap(lab.volumeBackends) {
            if case .vcenter(let name) = backend { used.insert(name) }
        }
        return lab.vcenters.filter { used.contains($0.name) || !$0.imageDatastores.isEmpty }
    }
}
