public import Foundation

extension VCenterConnection {
    /// Everything but virtual machines, read in one call.
    ///
    /// - Parameter pageSize: how many objects the server shall send at once; nil leaves that to it.
    public func inventory(pageSize: Int? = nil) async throws(VSphereError) -> Inventory {
        let objects = try await perform("read the inventory") { (session) throws(Trouble) in
            let types = ["Datacenter", "Folder", "ClusterComputeResource", "HostSystem", "Datastore", "Network"]
            let view = try await self.view(of: types, in: session)
            let properties = [
                Datacenter.properties, Folder.properties, ClusterComputeResource.properties, HostSystem.properties,
                Datastore.properties, Network.properties,
            ]
            return try await self.retrieve(.view(view, properties: properties, pageSize: pageSize), in: session)
        }
        do {
            return try Inventory(objects)
        } catch {
            throw error.at(endpoint.label, doing: "read the inventory")
        }
    }

    /// The server's clock.
    public func currentTime() async throws(VSphereError) -> Date {
        try await perform("read the clock") { (session) throws(Trouble) in
            let text = try await self.call(.currentTime, in: session).value().text
            guard let date = DateTime.date(text) else {
                throw Trouble(.malformedResponse, "\"\(text)\" is no time")
            }
            return date
        }
    }
}

extension Inventory {
    init(_ objects: [ObjectContent]) throws(Trouble) {
        // The server's order is none.
        let sorted = objects.sorted {
            ($0.text("name") ?? "", $0.reference.value) < ($1.text("name") ?? "", $1.reference.value)
        }
        func all<T>(_ types: [String], _ make: (ObjectContent) throws(Trouble) -> T) throws(Trouble) -> [T] {
            var made: [T] = []
            for object in sorted where types.contains(object.reference.type) {
                made.append(try make(object))
            }
            return made
        }
        datacenters = try all(["Datacenter"], Datacenter.init)
        folders = try all(["Folder", "StoragePod"], Folder.init)
        clusters = try all(["ClusterComputeResource"], ClusterComputeResource.init)
        hosts = try all(["HostSystem"], HostSystem.init)
        datastores = try all(["Datastore"], Datastore.init)
        networks = try all(Network.types, Network.init)
    }
}
