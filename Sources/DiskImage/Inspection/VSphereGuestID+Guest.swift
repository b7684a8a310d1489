import ImageMeta

extension VSphereGuestID {
    /// The id that fits a system, of those that every vCenter since 6.5 knows; systems count as 64-bit.
    static func fitting(_ guest: GuestSystem) -> String? {
        guard guest.family == .linux else { return nil }
        guard let distribution = guest.distribution else { return "otherLinux64Guest" }
        let major = distribution.version.flatMap { Int($0.prefix { $0.isNumber }) }
        switch distribution.id {
        case "debian": return "debian\(min(10, max(4, major ?? 10)))_64Guest"
        case "ubuntu": return "ubuntu64Guest"
        case "fedora": return "fedora64Guest"
        case "rhel", "rocky", "almalinux": return "rhel\(min(7, max(3, major ?? 7)))_64Guest"
        case "centos":
            return major.map { $0 < 6 ? "centos64Guest" : "centos\(min(7, $0))_64Guest" } ?? "centos7_64Guest"
        case "ol": return major.map { $0 < 6 ? "oracleLinux64Guest" : "oracleLinux\(min(7, $0))_64Guest" }
        case "sles": return "sles\(min(12, max(10, major ?? 12)))_64Guest"
        case "opensuse", "opensuse-leap", "opensuse-tumbleweed": return "opensuse64Guest"
        case "photon": return "vmwarePhoton64Guest"
        default: return "otherLinux64Guest"
        }
    }
}
