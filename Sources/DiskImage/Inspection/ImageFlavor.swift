/// The size of a server, as OpenStack's flavors have it.
public struct ImageFlavor: Sendable, Equatable {
    /// Virtual CPUs.
    public var vcpus: Int
    /// In MiB.
    public var ramMB: Int
    /// In GiB; 0: as large as the image.
    public var diskGB: Int

    /// Numbers that nobody checks.
    public init(vcpus: Int, ramMB: Int, diskGB: Int) {
        self.vcpus = vcpus
        self.ramMB = ramMB
        self.diskGB = diskGB
    }

    /// Reads "VCPUS,RAM_MB,DISK_GB"; nil when that is something else.
    public init?(_ text: String) {
        let numbers = text.split(separator: ",", omittingEmptySubsequences: false).map { Int($0.filter { $0 != " " }) }
        guard numbers.count == 3, let vcpus = numbers[0], let ram = numbers[1], let disk = numbers[2], vcpus > 0,
            ram > 0,
            disk >= 0, disk <= 1 << 33
        else { return nil }
        self.init(vcpus: vcpus, ramMB: ram, diskGB: disk)
    }
}
