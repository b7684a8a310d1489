extension KnownDefect {
    /// What labs of several hypervisors ran into, found by running and reading these releases.
    static let register = [
        imageIteratorClosed, spoofingRuleStays, responseNotReady,
        KnownDefect(
            id: "nova-vmware-pbm", report: nil, title: "[vmware] pbm_enabled breaks every spawn",
            effect: "AttributeError: get_moref_value in nova-compute's log, instances end in ERROR",
            advice: "leave pbm_enabled off, as Polyvisor does", since: "zed", until: nil, repair: nil,
            cause: .option(section: "vmware", "pbm_enabled")),
        KnownDefect(
            id: "nova-vmware-preallocated", report: nil,
            title: "preallocated images send a fractional capacityKb",
            effect: "vCenter refuses the request that creates the disk",
            advice: "use streamOptimized or sparse VMDK images", since: "zed", until: nil, repair: nil),
        KnownDefect(
            id: "nova-vmware-datastore-regex", report: nil,
            title: "a datastore_regex that matches nothing is a ValueError in each inventory period",
            effect: "the cluster gets no DISK_GB inventory, so no instance is scheduled to it",
            advice: "check the expression against the datastores of the cluster before", since: "zed", until: nil,
            repair: nil),
        KnownDefect(
            id: "nova-vmware-port-group-substring", report: nil,
            title: "a port group of a distributed switch is found by part of its name",
            effect: "an instance may be attached to another port group",
            advice: "give port groups names that are no part of one another", since: "zed", until: nil, repair: nil),
        KnownDefect(
            id: "nova-vmware-config-drive", report: nil,
            title: "the config drive's ISO is opened as text (read in the source, not run)",
            effect: "instances with a config drive fail to build",
            advice: "use the metadata service", since: "zed", until: nil, repair: nil,
            cause: .option(section: "DEFAULT", "force_config_drive")),
        KnownDefect(
            id: "oslo.vmware-upload-status", report: nil,
            title: "the HTTP status of an upload to a datastore is ignored (read in oslo.vmware 4.0.1 to 4.10.0)",
            effect: "an image that did not arrive is found out only when an instance fails to start",
            advice: "verify a boot after each change, as `polyvisor verify` does", since: "zed", until: nil, repair: nil
        ),
    ]

    /// Seen in the tags: 25.3.0, 26.3.0, 27.5.1, 28.3.1 and 29.4.0 have it; 24.2.1 and 30.3.0 have not.
    private static let imageIteratorClosed = KnownDefect(
        id: "nova-2053027", report: "https://bugs.launchpad.net/nova/+bug/2053027",
        title: "Nova closes the image that it hands to the VMware driver",
        effect: "“Incomplete VMDK upload”: no VMware instance boots from an image of Glance",
        advice: "guard the close in nova/image/glance.py, or have the image in the datastore's cache already",
        since: "yoga", until: "2024.2",
        repair: Repair(
            file: "nova/image/glance.py", concerns: .novaComputeOfCluster, function: .method("_verify_and_write"),
            affected: """
                            if isinstance(image_chunks, glance_utils.IterableWithLength):
                                image_chunks.iterable.close()
                """,
            mended: """
                            # Polyvisor, Launchpad bug 2053027: only what was read here may be closed here.
                            if dst_path and isinstance(
                                    image_chunks, glance_utils.IterableWithLength):
                                image_chunks.iterable.close()
                """),
        cause: .vmware)

    /// Seen with Neutron 21.0.0 and iptables 1.8.9-2 of Debian 12: `ebtables -D` with the rule's text ends with 4, which the
    /// agent takes for a passing fault.
    private static let spoofingRuleStays = KnownDefect(
        id: "neutron-linuxbridge-among-src", report: nil,
        title:
            "the linuxbridge agent cannot delete its rule against false MAC addresses, for ebtables-nft 1.8.9 refuses to",
        effect:
            "once a running instance's port changes, as in a migration, the agent repeats the call for ever, and the"
            + " node's next instances end in ERROR after 300 s: Virtual Interface creation failed",
        advice: "delete the rule by its number; an agent that hangs goes on after `systemctl restart` of it",
        since: "zed", until: "2025.1",
        repair: Repair(
            file: "neutron/plugins/ml2/drivers/linuxbridge/agent/arp_protect.py",
            // Rules of this kind are made for instances, and not for the ports of a network node.
            concerns: .novaCompute, restarts: .linuxbridgeAgent,
            function: .function("_delete_vif_mac_rules"),
            affected: """
                            ebtables(['-D', chain] + rule.split())
                """,
            mended: """
                            # Polyvisor: ebtables-nft 1.8.9 does not delete such a rule by its
                            # text. They are put at the head of the chain, so one is the first.
                            ebtables(['-D', chain, '1'])
                """))

    /// Read in oslo.vmware 4.6.0 to 4.9.0, which send a request in pieces; 4.10.0 calls `request`. It takes urllib3 2, as Debian
    /// 13 has it: the repaired lines do the same with urllib3 1.26.
    private static let responseNotReady = KnownDefect(
        id: "oslo.vmware-urllib3-2", report: nil,
        title: "oslo.vmware before 4.10 gets no response from vSphere with urllib3 2",
        effect: "ResponseNotReady in nova-compute's log: no VMware instance can be snapshotted",
        advice: "use oslo.vmware 4.10, or urllib3 1.26", since: "2023.1", until: "2026.2",
        repair: Repair(
            file: "oslo_vmware/rw_handles.py", concerns: .novaComputeOfCluster,
            function: .method("_create_connection"),
            affected: """
                        conn.putrequest(method, path)
                """,
            mended: """
                        # Polyvisor: urllib3 2 has no response to what its own request() did not send; http.client has.
                        import functools
                        import http.client
                        conn.getresponse = functools.partial(
                            http.client.HTTPConnection.getresponse, conn)
                        conn.putrequest(
                            method, path)
                """))
}
