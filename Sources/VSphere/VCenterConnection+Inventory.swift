public import Foundation

extension VCenterConnection {
    /// Everything but virtual machines, read in one call.
    ///
    /// - Parameter pageSize: how many objects the server shall send at once; nil leaves that to it.
    public func inventory(pageSize: Int? = nil) async throws(VSphereError) -> Inventory {
        let objects = try await perform("read the inventory") { (session) throws(Trouble) in
            let view = try await self.view(of: self.inventoryTypes, in: session)
            return try await self.retrieve(self.inventoryQuery(view, pageSize), in: session)
        }
        do {
            return try Inventory(objects)
        } catch {
            throw error.at(endpoint.label, doing: "read the inventory")
        }
    }

    /// An ESXi host has neither clusters nor distributed switches, and need not know the types.
    private var inventoryTypes: [String] {
        let everywhere = ["Datacenter", "Folder", "ComputeResource", "HostSystem", "Datastore", "Network"]
        let ofVCenter = ["ClusterComputeResource", "DistributedVirtualSwitch"]
        return about.isESXi ? everywhere : everywhere + ofVCenter
    }

    private func inventoryQuery(_ view: ManagedObjectReference, _ pageSize: Int?) -> PropertyQuery {
        var query = PropertyQuery.view(
            view,
            properties: [
                Datacenter.properties, Folder.properties, ComputeResource.properties, HostSystem.properties,
                Datastore.properties, Network.properties,
            ], pageSize: pageSize)
        if !about.isESXi {
            query.properties.append(DistributedVirtualSwitch.properties)
            query.furtherProperties = [ClusterComputeResource.properties, Network.distributedProperties]
        }
        return query
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
        // The server's order is none, and what was asked for in two specifications may come as two objects.
        let sorted = ObjectContent.joined(objects).sorted {
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
        computeResources = try all(["ComputeResource"], ComputeResource.init)
        hosts = try all(["HostSystem"], HostSystem.init)
        datastores = try all(["Datastore"], Datastore.init)
        networks = try all(Network.types, Network.init)
        distributedSwitches = try all(DistributedVirtualSwitch.types, DistributedVirtualSwitch.init)
    }
}
