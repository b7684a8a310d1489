public import Access
import Topology
public import VSphere

extension LabAccess {
    /// A datastore of a vCenter, by its name; of several, the one in the vCenter's datacenter of the topology.
    ///
    /// - Throws: `UnknownPlace` for one that there is not.
    public func datastore(_ name: String, of vcenterName: String) async throws -> DatastoreAccess {
        guard let vcenter = lab.vcenter(vcenterName) else {
            let known = lab.vcenters.map(\.name).joined(separator: ", ")
            throw UnknownPlace(words: "there is no vCenter \(vcenterName) in the topology; it has \(known)")
        }
        let connection = try await vcenters.session(with: vcenter)
        let inventory = try await connection.inventory()
        let named = inventory.datastores.filter { $0.name == name }
        let found =
            named.count == 1
            ? named
            : named.filter { inventory.datacenter(above: $0.parent)?.name == vcenter.datacenter }
        guard let datastore = found.first else {
            let known = inventory.datastores.map(\.name).joined(separator: ", ")
            throw UnknownPlace(words: "vCenter \(vcenterName) has no datastore \(name); it has \(known)")
        }
        return try DatastoreAccess(datastore, in: inventory, through: connection)
    }
}

/// A vCenter or a datastore that is not there.
public struct UnknownPlace: Error {
    /// What was asked for, and what there is.
    public var words: String

    /// - Parameter words: what was asked for, and what there is.
    public init(words: String) { self.words = words }
}
