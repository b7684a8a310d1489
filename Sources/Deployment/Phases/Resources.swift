import Topology
import Uploads

extension LabView {
    /// Networks, flavors, images, aggregates and zones that the cloud lacks.
    func resourceSteps() -> [Step] {
        let networks = lab.networks.filter { cloud?.networks.contains($0.name) != true }.map {
            cloudStep("make network \($0.name)", .network($0))
        }
        let flavors = lab.flavors.filter { !isThere($0) }.map {
            cloudStep("make flavor \($0.name)", .flavor($0))
        }
        let uploads = images.filter { !isUploaded($0) }.map {
            cloudStep("upload image \($0.name)", .image($0))
        }
        let aggregates = hostAggregates.filter { !isThere($0) }.map {
            cloudStep("make aggregate \($0.name)", .aggregate($0), after: [Step.id(nil, "wait for hypervisors")])
        }
        return networks + flavors + uploads + cacheSteps() + aggregates
    }

    private func isThere(_ flavor: Topology.Flavor) -> Bool {
        guard let cloud, cloud.flavors.contains(flavor.name) else { return false }
        let found = cloud.extraSpecs[flavor.name] ?? [:]
        return flavor.extraSpecs.allSatisfy { found[$0.name] == $0.value }
    }

    private func isThere(_ aggregate: HostAggregate) -> Bool {
        guard let cloud, cloud.aggregates[aggregate.name] == aggregate.expected else { return false }
        let found = cloud.aggregateProperties[aggregate.name] ?? [:]
        return aggregate.properties.allSatisfy { found[$0.key] == $0.value }
    }

    private func isUploaded(_ image: GlanceImage) -> Bool {
        guard let found = cloud?.images[image.name] else { return false }
        return found.digest == image.digest && image.properties.allSatisfy { found.properties[$0.key] == $0.value }
    }

    private func cloudStep(_ title: String, _ action: CloudAction, after: [String] = []) -> Step {
        let reason = cloud == nil ? "the cloud does not answer yet" : "it is missing or differs"
        return Step(.resources, title, because: reason, .cloud(action), after: apisUp + after)
    }

    /// A host aggregate for each availability zone that the topology names, and those of its own.
    var hostAggregates: [HostAggregate] {
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

extension [Setting] {
    /// The values by their names; of a repeated one the last.
    var byName: [String: String] { Dictionary(map { ($0.name, $0.value) }) { _, last in last } }
}

/// A host aggregate; one that makes an availability zone has its name.
public struct HostAggregate: Sendable, Equatable {
    public var name: String
    public var zone: String?
    public var hosts: [String]
    public var properties: [String: String]
    var expected: Set<String> { Set(hosts) }
}
