import Access
import Facts
import VSphere
import Wording

extension Check {
    /// A cluster and its hosts.
    static let clusterChecks = [
        Check("drs", "DRS places instances by itself", .proof, .compute(drs)),
        Check("ha", "HA restarts instances after a host's failure", .advice, .compute(ha)),
        Check("hosts-connected", "every host is connected", .proof, .compute(connected)),
        Check("hosts-in-service", "no host is in maintenance", .proof, .compute(inService)),
        Check("consoles", "the hosts' ESXi has VNC", .advice, .compute(consoles)),
        Check("esxi-firewall", "the hosts' firewall lets VNC in", .advice, .compute(firewall)),
    ]

    @Sendable private static func drs(_ sight: ComputeSight) -> [Finding] {
        guard let cluster = sight.cluster else { return [] }
        let placement = PlacementByDRS(cluster, hosts: sight.hosts.count)
        guard let found = placement.words else { return [] }
        let why =
            if case .initialOnly = placement {
                "Nova's guide demands fully automated placement: it never applies a recommendation, "
                    + "so instances stay where they are"
            } else {
                "Nova creates virtual machines in the cluster's root resource pool without naming a host; "
                    + "CreateVM_Task chooses one only with DRS"
            }
        return [
            Finding(
                placement.isFatal ? .error : .warning, sight.object, expected: "DRS on and fully automated",
                found: found, why: why,
                remedy: "in vSphere: the cluster, Configure, vSphere DRS: on, Fully Automated")
        ]
    }

    @Sendable private static func ha(_ sight: ComputeSight) -> [Finding] {
        guard let ha = sight.cluster?.ha, ha.enabled == false, sight.hosts.count > 1 else { return [] }
        return [
            .note(
                sight.object, expected: "HA on", found: "HA is off",
                why: "to Nova the cluster is one host: it neither sees that an ESXi host failed nor evacuates it",
                remedy: "turn on vSphere HA, if instances shall survive a host")
        ]
    }

    private static let whyHosts =
        "vm_util.get_stats_from_cluster counts only hosts that are connected and not in maintenance"

    @Sendable private static func connected(_ sight: ComputeSight) -> [Finding] {
        if sight.hosts.isEmpty {
            return [
                .error(
                    sight.object, expected: "ESXi hosts", found: "it has none", why: whyHosts,
                    remedy: "add hosts to it in vSphere")
            ]
        }
        return sight.hosts.filter { $0.connectionState != "connected" }.map { host -> Finding in
            let finding = Finding(
                sight.usableHosts.isEmpty ? .error : .warning, "ESXi host \(host.name) of \(sight.object)",
                expected: "connected", found: host.connectionState, why: whyHosts,
                remedy: "connect it again in vSphere, or take it out of the cluster")
            // A busy vCenter misses a host's reports for a moment.
            return host.connectionState == "notResponding" ? finding.moving : finding
        }
    }

    @Sendable private static func inService(_ sight: ComputeSight) -> [Finding] {
        sight.hosts.filter { $0.inMaintenanceMode && $0.connectionState == "connected" }.map { host in
            Finding(
                sight.usableHosts.isEmpty ? .error : .warning, "ESXi host \(host.name) of \(sight.object)",
                expected: "in service", found: "in maintenance", why: whyHosts,
                remedy: "take it out of maintenance, or do without its capacity")
        }
    }

    @Sendable private static func consoles(_ sight: ComputeSight) -> [Finding] {
        let without = sight.hosts.filter { Version($0.version ?? "0") >= Version("7.0") }
        guard !without.isEmpty else { return [] }
        return [
            .note(
                sight.object, expected: "ESXi before 7.0, which has a VNC server",
                found: "ESXi \(listed(Set(without.compactMap(\.version)).sorted())) on \(listed(without.map(\.name)))",
                why: "[vmware] vnc_port sets up RemoteDisplay.vnc, which ESXi 7.0 took out: noVNC shows nothing",
                remedy: "use MKS consoles ([mks] enabled) or vSphere's own")
        ]
    }

    @Sendable private static func firewall(_ sight: ComputeSight) -> [Finding] {
        guard let wanted = ConsolePorts(sight.setting) else { return [] }
        let proxies = sight.setting.lab.controllers.map(\.address)
        let shut = sight.usableHosts.filter { Version($0.version ?? "0") < Version("7.0") }.filter { host in
            guard let wall = sight.facts.firewalls[host.reference], wall.blocksIncoming != false else { return false }
            return !wanted.areOpen(in: wall, for: proxies)
        }
        guard !shut.isEmpty else { return [] }
        return [
            .warning(
                "ESXi \(shut.count == 1 ? "host" : "hosts") \(listed(shut.map(\.name))) of \(sight.object)",
                expected: "a firewall that lets in TCP ports \(wanted)"
                    + (proxies.isEmpty ? "" : " from \(listed(proxies.map(\.description)))"),
                found: "no ruleset that is enabled does that for all of them",
                why:
                    "nova-novncproxy connects to the host on the port that Nova gave the instance, from [vmware] vnc_port "
                    + "on (ESXi before 7.0)",
                remedy:
                    "enable gdbserver, whose ports end at 9999, or a ruleset of a VIB of yours; where the firewall was "
                    + "turned off with esxcli, vSphere's API does not tell, and all is well")
        ]
    }
}
