/// What a deployment does, top to bottom. Reading this list is reading the product.
///
/// The order is the one in which a person reads it; a step waits only for the goals that it names,
/// so a KVM node installs its packages while the controller migrates its databases.
public enum Phase: String, Sendable, CaseIterable, Codable {
    /// Packages of what each node runs.
    case packages
    /// Known defects of the release, repaired on the nodes that have them.
    case defects
    /// Configuration files that differ.
    case files
    /// MariaDB, RabbitMQ and memcached with their accounts; the clocks.
    case infrastructure
    /// Each service's database brought to its release.
    case databases
    /// Keystone, its users, projects and the catalogue.
    case identity
    /// The APIs and workers of the control plane.
    case controlPlane = "control plane"
    /// libvirt, nova-compute and the layer 2 agents of other nodes; their mapping into the cell.
    case compute
    /// Networks, flavors, images, aggregates and zones.
    case resources

    /// What of a lab the phase finds to be done; pure.
    var rule: @Sendable (LabView) -> [Step] {
        switch self {
        case .packages: PackagesPhase.steps
        case .defects: DefectsPhase.steps
        case .files: FilesPhase.steps
        case .infrastructure: InfrastructurePhase.steps
        case .databases: DatabasesPhase.steps
        case .identity: IdentityPhase.steps
        case .controlPlane: ControlPlanePhase.steps
        case .compute: ComputePhase.steps
        case .resources: ResourcesPhase.steps
        }
    }

    /// What can be known of a node without its packages.
    static let preparing: [Phase] = [.packages]

    /// Everything else: what a node should hold depends on what its packages brought.
    static let building: [Phase] = allCases.filter { !preparing.contains($0) }
}
