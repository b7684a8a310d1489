extension Distribution {
    /// POSIX shell that prints the version of nova-compute's package, on a node that anybody may have installed: Debian and
    /// Ubuntu have dpkg, Red Hat's and SUSE's kin rpm. It prints nothing where neither knows it.
    public static let computeVersion =
        "{ dpkg-query --show --showformat='${Version}\\n' nova-compute || "
        + "rpm -q --queryformat '%{VERSION}-%{RELEASE}\\n' openstack-nova-compute; } 2>/dev/null || true"
}
