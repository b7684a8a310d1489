import GuestImage
import OpenStack
import VSphere

/// What the checks of one hypervisor have found so far, each for those that come after it.
struct Evidence: Sendable {
    /// When the instance was asked for.
    var requested: ContinuousClock.Instant?
    /// The instance's id.
    var instance: String?
    var server: Server?
    var port: Port?
    var guest: GuestReport?
    /// What Placement has of the host.
    var room: ProviderRoom?
    /// What the vCenter has.
    var inventory: VSphere.Inventory?
    var vm: VirtualMachine?
    var secondsToActive: Double?
    var secondsToGuestReady: Double?
    /// Of the second instance.
    var configDrive: ConfigDrive?
    /// What stops nothing but should be looked at.
    var warnings: [String] = []

    /// Since the instance was asked for.
    var secondsSinceRequest: Double { requested.map { (ContinuousClock.now - $0).seconds } ?? 0 }
}
