import Facts
import Topology

/// Networks, flavors, images, aggregates and zones that the cloud lacks.
enum ResourcesPhase {
    @Sendable static func steps(_ view: LabView) -> [Step] {
        networks(view) + flavors(view) + images(view) + caches(view) + aggregates(view)
    }

    private static func networks(_ view: LabView) -> [Step] {
        view.lab.networks.filter { view.cloud?.networks.contains($0.name) != true }.map { network in
            step(view, .network(network.name), .network(WantedNetwork(network)), after: view.networkAgentsUp)
        }
    }

    private static func flavors(_ view: LabView) -> [Step] {
        view.lab.flavors.map(WantedFlavor.init).filter { !isThere($0, view.cloud) }.map { flavor in
            step(view, .flavor(flavor.name), .flavor(flavor))
        }
    }

    private static func images(_ view: LabView) -> [Step] {
        view.images.filter { !isUploaded($0, view.cloud) }.map { image in
            step(view, .image(image.name), .image(name: image.name, digest: image.digest))
        }
    }

    private static func aggregates(_ view: LabView) -> [Step] {
        view.hostAggregates.filter { !isThere($0, view.cloud) }.map { aggregate in
            step(view, .aggregate(aggregate.name), .aggregate(aggregate), after: [.hypervisorsSeen])
        }
    }

    /// One step for each image and cluster whose cache lacks it.
    private static func caches(_ view: LabView) -> [Step] {
        view.cachePrimings.filter { !view.primed.contains($0) }.map { priming in
            Step(
                .resources, .imageCached(priming.image, cluster: priming.place),
                because: "Nova would fetch it at the first boot",
                .primeCache(image: priming.image, cluster: priming.place),
                after: view.apisUp + [.image(priming.image)])
        }
    }

    private static func step(_ view: LabView, _ goal: Goal, _ action: CloudAction, after: [Goal] = []) -> Step {
        let reason = view.cloud == nil ? "the cloud does not answer yet" : "it is missing or differs"
        return Step(.resources, goal, because: reason, .cloud(action), after: view.apisUp + after)
    }

    private static func isThere(_ flavor: WantedFlavor, _ cloud: CloudFacts?) -> Bool {
        guard let cloud, cloud.flavors.contains(flavor.name) else { return false }
        let found = cloud.extraSpecs[flavor.name] ?? [:]
        return flavor.extraSpecs.allSatisfy { found[$0.key] == $0.value }
    }

    private static func isThere(_ aggregate: HostAggregate, _ cloud: CloudFacts?) -> Bool {
        guard let cloud, cloud.aggregates[aggregate.name] == aggregate.expected else { return false }
        let found = cloud.aggregateProperties[aggregate.name] ?? [:]
        return aggregate.properties.allSatisfy { found[$0.key] == $0.value }
    }

    private static func isUploaded(_ image: WantedImage, _ cloud: CloudFacts?) -> Bool {
        guard let found = cloud?.images[image.name] else { return false }
        return found.digest == image.digest && image.properties.allSatisfy { found.properties[$0.key] == $0.value }
    }
}

extension LabView {
    /// The agents of the controller, whose DHCP server a new network needs.
    fileprivate var networkAgentsUp: [Goal] { controller.map { [.running(.networkAgents, on: $0.name)] } ?? [] }

    /// A host aggregate for each availability zone that the topology names, and those of its own.
    package var hostAggregates: [HostAggregate] {
        let zoned = lab.computeServices.filter { $0.availabilityZone != nil }
        let zones = zoned.compactMap(\.availabilityZone)
        var seen: Set<String> = []
        let ofZones = zones.filter { seen.insert($0).inserted }.map { zone in
            HostAggregate(
                name: zone, zone: zone, hosts: zoned.filter { $0.availabilityZone == zone }.map(\.host),
                properties: [:])
        }
        return ofZones
            + lab.aggregates.map { aggregate in
                HostAggregate(
                    name: aggregate.name, zone: nil, hosts: lab.services(of: aggregate).map(\.host),
                    properties: aggregate.properties.byName)
            }
    }
}
