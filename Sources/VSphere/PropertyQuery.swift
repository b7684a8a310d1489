/// What RetrievePropertiesEx is to read: properties by type, of objects reached from one object.
struct PropertyQuery: Sendable {
    /// A step from objects of a type, along a property that holds references, to further objects.
    struct Traversal: Sendable {
        var type: String
        var path: String
        /// Whether to leave out what this step reaches; further steps go on from there all the same.
        var skips = false
        var then: [Traversal] = []
    }

    /// Where it begins, and whether that object itself is left out.
    var start: ManagedObjectReference
    var skipsStart = false
    var traversals: [Traversal] = []
    /// Property paths by type. In an array, so that a request is always the same text.
    var properties: [(type: String, paths: [String])]
    /// What is to be read besides of the same objects where a type of theirs has an ancestor in `properties`: in a
    /// specification of its own, and joined by object afterwards.
    var furtherProperties: [(type: String, paths: [String])] = []
    /// How many objects a page has at most; nil leaves it to the server.
    var pageSize: Int?

    /// All objects in a container view.
    static func view(
        _ view: ManagedObjectReference, properties: [(type: String, paths: [String])], pageSize: Int? = nil
    ) -> PropertyQuery {
        PropertyQuery(
            start: view, skipsStart: true, traversals: [Traversal(type: "ContainerView", path: "view")],
            properties: properties, pageSize: pageSize)
    }

    static func object(_ object: ManagedObjectReference, paths: [String]) -> PropertyQuery {
        PropertyQuery(start: object, properties: [(object.type, paths)])
    }

    var arguments: [SOAPElement] {
        let options = pageSize.map { [SOAPElement("maxObjects", "\($0)")] } ?? []
        return specifications("specSet") + [SOAPElement("options", options)]
    }

    /// The PropertyFilterSpecs, as elements of this name.
    func specifications(_ name: StaticString) -> [SOAPElement] {
        let from = SOAPElement(
            "objectSet",
            [SOAPElement("obj", start), SOAPElement("skip", skipsStart)] + traversals.map(\.selection))
        return [properties, furtherProperties].filter { !$0.isEmpty }.map { wanted in
            SOAPElement(
                name,
                wanted.map { type, paths in
                    SOAPElement("propSet", [SOAPElement("type", type)] + paths.map { SOAPElement("pathSet", $0) })
                } + [from])
        }
    }
}

extension PropertyQuery.Traversal {
    var selection: SOAPElement {
        SOAPElement(
            "selectSet", type: "TraversalSpec",
            [SOAPElement("type", type), SOAPElement("path", path), SOAPElement("skip", skips)] + then.map(\.selection))
    }
}

extension PropertyQuery {
    /// The virtual machines on the hosts of a cluster, templates included.
    static func virtualMachines(
        inCluster cluster: ManagedObjectReference, properties: (type: String, paths: [String])
    ) -> PropertyQuery {
        PropertyQuery(
            start: cluster, skipsStart: true,
            traversals: [
                PropertyQuery.Traversal(
                    type: "ClusterComputeResource", path: "host", skips: true,
                    then: [PropertyQuery.Traversal(type: "HostSystem", path: "vm")])
            ],
            properties: [properties])
    }
}
