public import Release

/// What a step achieves. A step waits for the goals that it needs; a plan has at most one step for each.
public enum Goal: Hashable, Sendable, Codable {
    case packages(on: String)
    /// A sandbox keeps what a node's packages made for the next node.
    case layer(of: String)
    case repairs(on: String)
    case noUnwantedUnits(on: String)
    case files(on: String)
    case running(StartGroup, on: String)
    case databases(on: String)
    case queueAccount(on: String)
    case migrated(Service.Name, on: String)
    case catalogue
    /// Neutron takes the messages of agents.
    case neutronListens(on: String)
    case computeServicesUp
    case hostsMapped(on: String)
    case hypervisorsSeen
    case network(String)
    case flavor(String)
    case image(String)
    /// An image is in the cache of Nova's VMware driver; the cluster is `VCENTER/CLUSTER`.
    case imageCached(String, cluster: String)
    case aggregate(String)
}

extension Goal {
    /// The node on which it is reached; nil for what the cloud's APIs are asked for.
    public var node: String? {
        switch self {
        case .packages(let node), .layer(let node), .repairs(let node), .noUnwantedUnits(let node), .files(let node),
            .running(_, let node), .databases(let node), .queueAccount(let node), .migrated(_, let node),
            .neutronListens(let node), .hostsMapped(let node):
            node
        case .catalogue, .computeServicesUp, .hypervisorsSeen, .network, .flavor, .image, .imageCached, .aggregate:
            nil
        }
    }

    /// What a person reads: the step's title in plans, logs and the journal.
    public var title: String {
        switch self {
        case .packages: "install packages"
        case .layer: "keep the layer"
        case .repairs: "repair known defects"
        case .noUnwantedUnits: "stop units that are not wanted"
        case .files: "write files"
        case .running(let group, _): group.title
        case .databases: "make databases and their accounts"
        case .queueAccount: "make the message queue's account"
        case .migrated(let service, _): "migrate \(service.rawValue)"
        case .catalogue: "make users and the catalogue"
        case .neutronListens: "wait for Neutron"
        case .computeServicesUp: "wait for nova-compute"
        case .hostsMapped: "map hosts into the cell"
        case .hypervisorsSeen: "wait for hypervisors"
        case .network(let name): "make network \(name)"
        case .flavor(let name): "make flavor \(name)"
        case .image(let name): "upload image \(name)"
        case .imageCached(let image, let cluster): "prime the image cache of \(cluster) with \(image)"
        case .aggregate(let name): "make aggregate \(name)"
        }
    }
}

extension Goal: CustomStringConvertible {
    /// Unique in a plan, e.g. `controller/migrate nova`.
    public var description: String { "\(node ?? "cloud")/\(title)" }
}
