import DiskImage
import Foundation
import OpenStack
import Planning
import Release
import Rendering
import Topology
import Uploads

/// Does what a step asks of the cloud's APIs; everything is looked for before it is made.
struct CloudPerformer: Sendable {
    var cloud: Cloud
    /// The lab's disks, of which a plan has names and digests.
    var images: [GlanceImage]
    var secrets: [SecretName: Secret]
    var report: @Sendable (DeploymentEvent) -> Void

    func perform(_ action: CloudAction) async throws {
        switch action {
        case .catalogue(let catalogue): try await make(catalogue)
        case .awaitComputeServices(let hosts): try await awaitServices(hosts)
        case .awaitHypervisors(let hosts): try await awaitHypervisors(hosts)
        case .network(let network): try await make(network)
        case .flavor(let flavor):
            try await cloud.ensureFlavor(
                flavor.name, vcpus: flavor.vcpus, ramMB: flavor.ramMB, diskGB: flavor.diskGB,
                extraSpecs: flavor.extraSpecs)
        case .image(let name, let digest): try await upload(try image(name, digest))
        case .aggregate(let aggregate):
            try await cloud.ensureAggregate(
                aggregate.name, zone: aggregate.zone, hosts: aggregate.hosts, metadata: aggregate.properties)
        }
    }

    private func make(_ catalogue: WantedCatalogue) async throws {
        let project = try await cloud.ensureProject("service")
        let roles = [try await cloud.ensureRole("admin"), try await cloud.ensureRole("service")]
        for service in catalogue.services {
            let password = secrets[.user(service.name)]?.reveal() ?? ""
            let user = try await cloud.ensureUser(service.name, password: password)
            for role in roles { try await cloud.assign(role: role, toUser: user, inProject: project) }
        }
        // Endpoints come last: they are what a later run takes for the sign that all of this is done.
        for service in catalogue.services {
            try await cloud.ensureService(service.name, type: service.type, url: service.url)
        }
    }

    private func make(_ network: WantedNetwork) async throws {
        try await awaitLayer2()
        let made = try await cloud.ensureNetwork(
            network.name, type: network.type, physicalNetwork: network.physicalNetwork,
            segmentationID: network.segment)
        let subnet = NewSubnet(
            name: network.name, cidr: network.cidr, gateway: network.gateway,
            pool: network.pool.count == 2 ? (network.pool[0], network.pool[1]) : nil,
            dnsServers: network.dnsServers)
        try await cloud.ensureSubnet(subnet, ofNetwork: made)
    }

    /// Neutron makes the port of a network's DHCP server with its first subnet. Made before the layer-2 agent of the same host
    /// has reported, the port stays unbound for good, and no instance of the network gets an address.
    private func awaitLayer2() async throws {
        let hint = "see Neutron's logs on the network nodes, in /var/log/neutron"
        try await wait("Neutron has no layer-2 agent beside its DHCP agent", hint: hint, seconds: 300) {
            let agents = try await cloud.networkAgents().filter(\.alive)
            return DHCPHosts(agents).waiting
        }
    }

    private func image(_ name: String, _ digest: String) throws -> GlanceImage {
        guard let image = images.first(where: { $0.name == name }), image.digest == digest else {
            throw ActionFailure(
                cause: "image \(name) is not what it was when the plan was made", hint: "make a new plan")
        }
        return image
    }

    /// Converts the disk while it is sent. Images of the same name that are not the one wanted, or that a killed run left
    /// half, are replaced if they are ours.
    private func upload(_ image: GlanceImage) async throws {
        let disk = try ImageFile.open(image.path, as: image.format)
        let new = NewImage(name: image.name, diskFormat: image.diskFormat, properties: image.properties)
        let report = report
        let glance = GlanceDestination(new, in: cloud) { report(.warning(node: nil, $0)) }
        let outcome = try await ImageUpload(disk, as: image.encoding).run(to: [glance], digest: image.digest) { event in
            guard case .retrying(_, let reason) = event else { return }
            report(.warning(node: nil, "the upload of image \(image.name) is begun anew: \(reason)"))
        }
        if let failure = outcome.failed.first { throw ActionFailure(cause: failure.reason, hint: nil) }
    }

    private func awaitServices(_ hosts: [String]) async throws {
        try await wait("nova-compute is not up", hint: "see /var/log/nova on its node") {
            let up = try await cloud.computeServices().filter {
                $0.binary == Daemon.novaCompute.binary && $0.state == "up"
            }
            return hosts.filter { host in !up.contains { $0.host == host } }
        }
    }

    private func awaitHypervisors(_ hosts: [String]) async throws {
        try await wait("Nova shows no hypervisor", hint: "see nova-compute's log on its node, in /var/log/nova") {
            let seen = try await cloud.hypervisors().map(\.service.host)
            return hosts.filter { !seen.contains($0) }
        }
    }

    /// Asks every half second until nothing is missing, for so many seconds at the most.
    private func wait(
        _ what: String, hint: String, seconds: Int = 120, missing: () async throws -> [String]
    ) async throws {
        let clock = ContinuousClock()
        let deadline = clock.now + .seconds(seconds)
        while true {
            let left = try await missing()
            if left.isEmpty { return }
            guard clock.now < deadline else {
                throw ActionFailure(cause: "\(what) for \(left.joined(separator: ", ")) after \(seconds) s", hint: hint)
            }
            try await Task.sleep(for: .milliseconds(500))
        }
    }
}
