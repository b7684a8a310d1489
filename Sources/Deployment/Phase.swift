import Records

/// What a deployment does, top to bottom. Reading this list is reading the product.
///
/// The order is the one in which a person reads it; a step waits only for the steps that it names,
/// so a KVM node installs its packages while the controller migrates its databases.
public enum Phase: String, Sendable, CaseIterable, Codable {
    /// Debian packages of each node's roles.
    case packages
    /// Known defects of the release, mended on the nodes that have them.
    case defects
    /// Configuration files that differ.
    case files
    /// MariaDB, RabbitMQ and memcached with their accounts.
    case infrastructure
    /// Each service's database brought to its release.
    case databases
    /// Keystone, its users, projects and the catalogue.
    case identity
    /// The APIs and workers of the control plane.
    case controlPlane = "control plane"
    /// libvirt, nova-compute and the layer 2 agents of compute nodes; their mapping into the cell.
    case compute
    /// Networks, flavors, images, aggregates and zones.
    case resources
}

extension Phase {
    /// How long each phase of a run took, from its first step's beginning to its last one's end; phases overlap.
    static func seconds(of steps: [Run.Step]) -> [(phase: Phase, seconds: Double)] {
        allCases.compactMap { phase in
            let own = steps.filter { $0.phase == phase.rawValue }
            guard let began = own.map(\.started).min(), let ended = own.compactMap(\.finished).max() else { return nil }
            return (phase, ended.timeIntervalSince(began))
        }
    }
}
