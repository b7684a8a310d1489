import OpenStack
import Records
import Release

/// What a cloud has, read once at the beginning of a run.
struct CloudOverview: Sendable {
    /// Whether we may see hosts, and choose them.
    var isAdmin = true
    var services: [ComputeServiceState] = []
    var hypervisors: [HypervisorState] = []
    var images: [OpenStack.Image] = []
    var flavors: [OpenStack.Flavor] = []
    var networks: [OpenStack.Network] = []
    /// None without admin rights.
    var agents: [NetworkAgent] = []
    var subnets: [OpenStack.Subnet] = []
    /// Why the limits could not be read, or how much our project may still have.
    var limits: Result<ComputeLimits, CheckFailure> = .failure(.stopped)
    /// Nova's newest microversion that both sides know.
    var computeVersion: String?
    /// The project that instances are made in.
    var project: String?

    init() {}

    /// Asks all services at once. Without admin rights there are no services and no hypervisors.
    init(_ cloud: Cloud) async throws {
        async let images = cloud.images()
        async let flavors = cloud.flavors()
        async let networks = cloud.networks()
        async let subnets = cloud.subnets()
        async let limits = Self.limits(cloud)
        do {
            async let services = cloud.computeServices()
            async let hypervisors = cloud.hypervisors()
            self.services = try await services
            self.hypervisors = try await hypervisors
            // They only help to choose; the check of the agents says why they cannot be seen.
            agents = (try? await cloud.networkAgents()) ?? []
        } catch let error as OpenStackError where error.kind == .status(403) {
            isAdmin = false
            (services, hypervisors) = ([], [])
        }
        self.images = try await images
        // Those that runs made go away again.
        self.flavors = try await flavors.filter { !$0.name.hasPrefix(RunMark.prefix) }
        self.networks = try await networks
        self.subnets = try await subnets
        self.limits = await limits
        computeVersion = try await cloud.apiVersion(of: .compute)
        project = try await cloud.owner().project
    }

    private static func limits(_ cloud: Cloud) async -> Result<ComputeLimits, CheckFailure> {
        do {
            return .success(try await cloud.computeLimits())
        } catch {
            return .failure(CheckFailure(error, layer: .nova, look: nil))
        }
    }

    /// What of it is of use in any project.
    var forAnyProject: CloudOverview {
        var all = self
        all.project = nil
        all.images = images.filter { ["public", "community", nil].contains($0.visibility) }
        all.flavors = flavors.filter { $0.isPublic != false }
        all.networks = networks.filter(\.isForAnyProject)
        return all
    }

    /// Every nova-compute that there is.
    var seen: [Subject.Seen] {
        services.filter { $0.binary == Daemon.novaCompute.binary }.map { service in
            Subject.Seen(host: service.host, type: hypervisor(of: service.host)?.type)
        }
    }

    /// What a service drives.
    func hypervisor(of host: String) -> HypervisorState? { hypervisors.first { $0.service.host == host } }
}

extension OpenStack.Network {
    /// An administrator's instances may be attached to external networks too.
    var isForAnyProject: Bool { isShared == true || isExternal == true || project == nil }
}
