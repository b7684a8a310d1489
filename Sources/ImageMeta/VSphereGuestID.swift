/// vSphere's names for guest systems (`guestId`), as Nova's `vmware_ostype` takes them.
public enum VSphereGuestID {
    /// `VALID_OS_TYPES` of nova/virt/vmwareapi/constants.py, the same from 26.2.2 (Zed) to 34.0.0 (2026.1). A vCenter
    /// newer than ESX 6.5 knows more; Nova passes them on, and only its words after a failure use this list.
    public static let known: Set<String> = Set(
        """
        asianux3_64Guest asianux3Guest asianux4_64Guest asianux4Guest asianux5_64Guest asianux7_64Guest
        centos64Guest centosGuest centos6Guest centos6_64Guest centos7_64Guest centos7Guest coreos64Guest
        darwin10_64Guest darwin10Guest darwin11_64Guest darwin11Guest darwin12_64Guest darwin13_64Guest
        darwin14_64Guest darwin15_64Guest darwin16_64Guest darwin64Guest darwinGuest debian4_64Guest
        debian4Guest debian5_64Guest debian5Guest debian6_64Guest debian6Guest debian7_64Guest debian7Guest
        debian8_64Guest debian8Guest debian9_64Guest debian9Guest debian10_64Guest debian10Guest dosGuest
        eComStation2Guest eComStationGuest fedora64Guest fedoraGuest freebsd64Guest freebsdGuest
        genericLinuxGuest mandrakeGuest mandriva64Guest mandrivaGuest netware4Guest netware5Guest netware6Guest
        nld9Guest oesGuest openServer5Guest openServer6Guest opensuse64Guest opensuseGuest oracleLinux64Guest
        oracleLinuxGuest oracleLinux6Guest oracleLinux6_64Guest oracleLinux7_64Guest oracleLinux7Guest os2Guest
        other24xLinux64Guest other24xLinuxGuest other26xLinux64Guest other26xLinuxGuest other3xLinux64Guest
        other3xLinuxGuest otherGuest otherGuest64 otherLinux64Guest otherLinuxGuest redhatGuest rhel2Guest
        rhel3_64Guest rhel3Guest rhel4_64Guest rhel4Guest rhel5_64Guest rhel5Guest rhel6_64Guest rhel6Guest
        rhel7_64Guest rhel7Guest sjdsGuest sles10_64Guest sles10Guest sles11_64Guest sles11Guest sles12_64Guest
        sles12Guest sles64Guest slesGuest solaris10_64Guest solaris10Guest solaris11_64Guest solaris6Guest
        solaris7Guest solaris8Guest solaris9Guest suse64Guest suseGuest turboLinux64Guest turboLinuxGuest
        ubuntu64Guest ubuntuGuest unixWare7Guest vmkernel5Guest vmkernel6Guest vmkernel65Guest vmkernelGuest
        vmwarePhoton64Guest win2000AdvServGuest win2000ProGuest win2000ServGuest win31Guest win95Guest
        win98Guest windows7_64Guest windows7Guest windows7Server64Guest windows8_64Guest windows8Guest
        windows8Server64Guest windows9_64Guest windows9Guest windows9Server64Guest windowsHyperVGuest
        winLonghorn64Guest winLonghornGuest winMeGuest winNetBusinessGuest winNetDatacenter64Guest
        winNetDatacenterGuest winNetEnterprise64Guest winNetEnterpriseGuest winNetStandard64Guest
        winNetStandardGuest winNetWebGuest winNTGuest winVista64Guest winVistaGuest winXPHomeGuest
        winXPPro64Guest winXPProGuest
        """.split(whereSeparator: \.isWhitespace).map(String.init))

    /// The name in this list that differs in its letters' case only.
    public static func respelled(_ name: String) -> String? {
        known.contains(name) ? nil : known.first { $0.lowercased() == name.lowercased() }
    }

    /// The value of `os_type` that fits an id; nil where it is neither Linux nor Windows, or open.
    public static func family(_ id: String) -> String? {
        let lower = id.lowercased()
        let linux = [
            "linux", "ubuntu", "debian", "centos", "rhel", "redhat", "sles", "suse", "fedora", "photon", "coreos",
            "asianux",
            "mandr", "rocky", "almalinux",
        ]
        return lower.hasPrefix("win") ? "windows" : linux.contains { lower.contains($0) } ? "linux" : nil
    }
}
