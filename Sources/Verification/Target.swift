import Release
public import Topology

/// What is verified: the lab of a topology, or a cloud of which nothing is known but its APIs.
public struct Target: Sendable {
    /// nil: whatever is to be known of the cloud has to be asked of it.
    let lab: Lab?
    /// The lab's or the cloud's name.
    let name: String
    /// What to boot, by its name in the cloud; nil: chosen from what the cloud has.
    var image: String?
    var flavor: String?
    var network: String?
    /// How long an instance may take to become ACTIVE, and again to prove itself.
    public var timeout: Duration

    /// A lab, with what its topology has verification boot.
    public init(_ lab: Lab) {
        self.lab = lab
        name = lab.name
        flavor = lab.verify.flavor
        network = lab.verify.network
        timeout = .seconds(lab.verify.timeoutSeconds)
    }

    /// - Parameter name: as clouds.yaml has it.
    public init(cloud name: String, image: String? = nil, flavor: String? = nil, network: String? = nil) {
        lab = nil
        self.name = name
        self.image = image
        self.flavor = flavor
        self.network = network
        timeout = .seconds(300)
    }

    /// The controller as messages name it.
    var controller: String { lab?.controller?.name ?? "the controller" }
}

extension Target {
    /// What the cloud's nodes run: what carries the lab's release; the usual names for a cloud that no topology describes.
    var distribution: Distribution { lab.flatMap { try? Release(named: $0.release) }?.distribution ?? .usual }
}
