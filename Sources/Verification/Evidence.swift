import GuestImage
import OpenStack
import VSphere
import Wording

/// What the checks of one hypervisor have found so far, each for those that come after it.
struct Evidence: Sendable {
    /// When the instance was asked for.
    var requested: ContinuousClock.Instant?
    /// The instance's id.
    var instance: String?
    var server: Server?
    /// Of the compute service's package, where its node can be asked.
    var serviceVersion: String?
    var port: Port?
    var guest: GuestReport?
    /// What the compute service drives, as Nova showed it last.
    var hypervisor: HypervisorState?
    /// What Placement has of the host.
    var room: ProviderRoom?
    /// What the vCenter has.
    var inventory: VSphere.Inventory?
    var vm: VirtualMachine?
    var secondsToActive: Double?
    var secondsToGuestReady: Double?
    /// What Nova was doing for the instance, and from when on.
    var steps: [(name: String, begins: ContinuousClock.Instant)] = []
    /// The guest has answered on the network.
    var isReached = false
    /// Of the second instance.
    var configDrive: ConfigDrive?
    /// What stops nothing but should be looked at.
    var warnings: [String] = []
    /// What is good to know and harms nothing.
    var notes: [String] = []

    /// The boot in its phases: Nova's own words for what it does, then the guest's start.
    func phases(since began: ContinuousClock.Instant) -> [BootPhase] {
        guard let requested, let secondsToActive else { return [] }
        let active = requested + .seconds(secondsToActive)
        let ends = steps.dropFirst().map(\.begins) + [active]
        var phases = zip(steps, ends).map { step, end in
            BootPhase(name: step.name, starts: (step.begins - began).seconds, seconds: (end - step.begins).seconds)
        }
        if let secondsToGuestReady {
            let guest = max(0, secondsToGuestReady - secondsToActive)
            phases.append(BootPhase(name: "guest", starts: (active - began).seconds, seconds: guest))
        }
        return phases
    }

    /// Since the instance was asked for.
    var secondsSinceRequest: Double { requested.map { (ContinuousClock.now - $0).seconds } ?? 0 }
}
