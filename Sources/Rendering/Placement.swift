public import Release
public import Topology

/// Where an instance of an image and a flavor may land, as Nova of the release decides it from the lab's own settings.
///
/// Which of the hosts that remain is taken depends on what is free there, which no topology tells.
public struct Placement: Sendable, Encodable {
    /// One hypervisor and what speaks against it.
    public struct Candidate: Sendable, Encodable {
        /// Nova's `host`.
        public var host: String
        /// The node that its nova-compute runs on.
        public var node: String
        /// The kind; in Havana to Kilo with the cluster, for those of a node have one host.
        public var hypervisor: String
        /// Its availability zone; nil: it is in Nova's default one.
        public var zone: String?
        /// Why the image does not land there; empty: it may.
        public var reasons: [String]
        /// Whether nothing speaks against it.
        public var fits: Bool { reasons.isEmpty }

        private enum Key: String, CodingKey { case host, node, hypervisor, zone, fits, reasons }
        public func encode(to encoder: any Encoder) throws {
            var values = encoder.container(keyedBy: Key.self)
            try values.encode(host, forKey: .host)
            try values.encode(node, forKey: .node)
            try values.encode(hypervisor, forKey: .hypervisor)
            try values.encodeIfPresent(zone, forKey: .zone)
            try values.encode(fits, forKey: .fits)
            try values.encode(reasons, forKey: .reasons)
        }
    }

    /// One form in which the image is in Glance.
    public struct Form: Sendable, Encodable {
        /// E.g. `tiny-vmdk`.
        public var name: String
        /// Glance's `disk_format`.
        public var diskFormat: String
        /// The `img_hv_type` that it is tagged with.
        public var hypervisorType: String
        /// All hypervisors of the lab, those that fit and those that do not.
        public var candidates: [Candidate]
    }

    /// Which hypervisors can plug an instance into a network.
    public struct Reach: Sendable, Encodable {
        /// The network's name.
        public var network: String
        /// Nova's `host` names of those that can.
        public var hosts: [String]
        /// Why the others cannot.
        public var reasons: [String]
    }

    /// The image's forms; a hypervisor for which the image is not has none.
    public let forms: [Form]
    /// The flavor's name.
    public let flavor: String
    /// The lab's networks; the scheduler does not ask for them, so an instance on a wrong host fails there.
    public let networks: [Reach]
    /// What decides among the hosts that remain.
    public let order: String
    /// What the flavor demands and nobody here can judge.
    public let notJudged: [String]

    /// - Parameters:
    ///   - zone: The availability zone that the instance is asked for; nil: any.
    ///   - network: The network that it is to be on; nil: not asked.
    /// - Throws: For an image, flavor, zone or network that the lab has not.
    public init(
        of image: String, flavor: String, zone: String? = nil, network: String? = nil, in lab: Lab, release: Release
    ) throws(PlacementError) {
        let image = try Self.find("image", image, in: lab.images, \.name)
        let flavor = try Self.find("flavor", flavor, in: lab.flavors, \.name)
        let asked = try network.map { (name) throws(PlacementError) in
            try Self.find("network", name, in: lab.networks, \.name)
        }
        let zones = lab.computeServices.map { $0.availabilityZone ?? "nova" }
        if let zone, !zones.contains(zone) {
            throw PlacementError("availability zone", zone, among: Array(Set(zones)).sorted())
        }
        let judge = PlacementJudge(lab: lab, release: release, flavor: flavor, zone: zone, network: asked)
        forms = ImageForm.forms(of: image).map { form in
            Form(
                name: "\(image.name)-\(form.diskFormat)", diskFormat: form.diskFormat,
                hypervisorType: form.hypervisorType,
                candidates: lab.computeServices.map { judge.candidate($0, form) })
        }
        let specs = flavor.extraSpecs.map { ", \($0.name)=\($0.value)" }.joined()
        self.flavor = "\(flavor.name) (\(flavor.vcpus) vCPU, \(flavor.ramMB) MB, \(flavor.diskGB) GB\(specs))"
        networks = NetworkReach(lab: lab, release: release).all
        order = Self.order(lab, release)
        notJudged = judge.notJudged
    }

    private static func find<Item>(
        _ what: String, _ name: String, in items: [Item], _ key: (Item) -> String
    ) throws(PlacementError) -> Item {
        guard let found = items.first(where: { key($0) == name }) else {
            throw PlacementError(what, name, among: items.map(key))
        }
        return found
    }

    /// The weighers of the release (nova/scheduler/weights), with the multipliers of the topology.
    private static func order(_ lab: Lab, _ release: Release) -> String {
        let own =
            release.era == .modern
            ? "the most free memory, CPU and disk"
            : release.isBefore("kilo") ? "the most free memory" : "the most free memory and the fewest busy requests"
        let weights = lab.scheduling.weights.map { "\($0.weigher) × \($0.multiplier)" }.joined(separator: ", ")
        let given = weights.isEmpty ? " (the default weights)" : ", weighed with \(weights)"
        return "of the hosts that remain, Nova takes the one with \(own)\(given)"
    }
}

/// A name that the lab has not.
public struct PlacementError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What the lab has not, and the nearest that it has.
    public let description: String

    init(_ what: String, _ name: String, among names: [String]) {
        let guess = nearest(to: name, among: names).map { "did you mean \($0)?" }
        description =
            "the lab has no \(what) \(name)\n  hint: "
            + (guess ?? (names.isEmpty ? "it has none at all" : "there are \(names.joined(separator: ", "))"))
    }
}

extension Placement: CustomStringConvertible {
    public var description: String {
        var lines: [String] = []
        for form in forms {
            lines.append("\(form.name) (img_hv_type \(form.hypervisorType), \(form.diskFormat)), flavor \(flavor)")
            let width = form.candidates.map(\.host.count).max() ?? 0
            for candidate in form.candidates {
                let host = candidate.host + String(repeating: " ", count: width - candidate.host.count)
                let zone = candidate.zone.map { ", zone \($0)" } ?? ""
                lines.append("  \(candidate.fits ? "✓" : "✗") \(host)  \(candidate.hypervisor)\(zone)")
                lines += candidate.reasons.map { "      \($0)" }
            }
            lines.append("")
        }
        for reach in networks {
            lines.append(
                "network \(reach.network): \(reach.hosts.isEmpty ? "nobody" : reach.hosts.joined(separator: ", "))")
            lines += reach.reasons.map { "  ✗ \($0)" }
        }
        lines += ["", order]
        if !notJudged.isEmpty { lines.append("not judged here: \(notJudged.joined(separator: ", "))") }
        return lines.joined(separator: "\n") + "\n"
    }
}
