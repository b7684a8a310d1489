import Topology

extension LabView {
    /// Networks, flavors, images, aggregates and zones that the cloud lacks.
    func resourceSteps() -> [Step] {
        let networks = lab.networks.filter { cloud?.networks.contains($0.name) != true }.map {
            cloudStep("make network \($0.name)", .network($0))
        }
        let flavors = lab.flavors.filter { cloud?.flavors.contains($0.name) != true }.map {
            cloudStep("make flavor \($0.name)", .flavor($0))
        }
        let uploads = images.filter { !isUploaded($0) }.map {
            cloudStep("upload image \($0.name)", .image($0))
        }
        let aggregates = hostAggregates.filter { cloud?.aggregates[$0.name] != $0.expected }.map {
            cloudStep("make aggregate \($0.name)", .aggregate($0), after: [Step.id(nil, "wait for hypervisors")])
        }
        return networks + flavors + uploads + cacheSteps() + aggregates
    }

    private func isUploaded(_ image: GlanceImage) -> Bool {
        guard let found = cloud?.images[image.name] else { return false }
        return found.digest == image.digest && image.properties.allSatisfy { found.properties[$0.key] == $0.value }
    }

    private func cloudStep(_ title: String, _ action: CloudAction, after: [String] = []) -> Step {
        let reason = cloud == nil ? "the cloud does not answer yet" : "it is missing or differs"
        return Step(.resources, title, because: reason, .cloud(action), after: apisUp + after)
    }

    /// A host aggregate for each availability zone that the topology names.
    var hostAggregates: [HostAggregate] {
        let zoned = lab.computeServices.filter { $0.availabilityZone != nil }
        let zones = zoned.compactMap(\.availabilityZone)
        var seen: Set<String> = []
        return zones.filter { seen.insert($0).inserted }.map { zone in
            HostAggregate(zone: zone, hosts: zoned.filter { $0.availabilityZone == zone }.map(\.host))
        }
    }
}

/// A host aggregate that makes an availability zone; both have the same name.
public struct HostAggregate: Sendable, Equatable {
    public var zone: String
    public var hosts: [String]
    var name: String { zone }
    var expected: Set<String> { Set(hosts) }
}
