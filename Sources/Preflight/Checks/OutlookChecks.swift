import Facts
import HTTP
import Wording

extension Check {
    /// What only a node can see.
    static let outlookChecks = [
        Check("vcenter-from-node", "the node reaches the vCenter", .proof, .outlook(server)),
        Check("certificate-from-node", "the node is shown the same certificate", .proof, .outlook(certificate)),
        Check("esxi-names", "the node resolves every ESXi host's name", .proof, .outlook(names)),
        Check("esxi-https", "the node reaches every ESXi host by HTTPS", .proof, .outlook(https)),
        Check("esxi-vnc", "the console proxy reaches every ESXi host's VNC ports", .advice, .outlook(vnc)),
    ]

    @Sendable private static func server(_ outlook: Outlook) -> [Finding] {
        guard outlook.isCompute || outlook.keepsImages,
            let problem = problem(outlook.itself, port: outlook.server.port)
        else { return [] }
        let why =
            outlook.isCompute
            ? "nova-compute runs there, not here"
            : "glance-api does not start where the vCenter of its store for datastores does not answer"
        return [
            .error(
                outlook.server.object, expected: "port \(outlook.server.port) open from node \(outlook.node.name)",
                found: problem, why: why,
                remedy: "open the way from \(outlook.node.address); give an address that the node resolves"
            ).moving
        ]
    }

    @Sendable private static func certificate(_ outlook: Outlook) -> [Finding] {
        guard outlook.isCompute, problem(outlook.itself, port: outlook.server.port) == nil,
            let here = outlook.certificate
        else { return [] }
        let why = "nova-compute judges what the node is shown"
        guard let there = outlook.pem.flatMap(ServerCertificate.sha256(ofPEM:)) else {
            return [
                .note(
                    outlook.server.object, expected: "to see its certificate from node \(outlook.node.name)",
                    found: "the node has neither openssl nor python3, or they showed none", why: why,
                    remedy: "run preflight again after `up`, which installs python3")
            ]
        }
        guard there != here.sha256 else { return [] }
        return [
            .error(
                outlook.server.object,
                expected: "from node \(outlook.node.name) the certificate with SHA-256 \(here.sha256)",
                found: "SHA-256 \(there)", why: why,
                remedy: "find out what stands between, or whether the address means another machine there")
        ]
    }

    private static let whyUpload =
        "the driver uploads images to an ESXi host that it picks by its name in vCenter, and tries no other"

    @Sendable private static func names(_ outlook: Outlook) -> [Finding] {
        let unknown = outlook.isCompute ? outlook.hosts.filter { $0.address == nil } : []
        guard !unknown.isEmpty else { return [] }
        return [
            .error(
                "ESXi hosts of \(outlook.server.object)", expected: "names that node \(outlook.node.name) resolves",
                found: "it does not resolve \(listed(unknown.map(\.name)))", why: whyUpload,
                remedy: "give the node a resolver that knows them"
            ).moving
        ]
    }

    @Sendable private static func https(_ outlook: Outlook) -> [Finding] {
        guard outlook.isCompute else { return [] }
        let problems = outlook.hosts.filter { $0.address != nil }.compactMap { host in
            problem(host, port: outlook.server.port).map { (host.name, $0) }
        }
        return problems.map { name, problem in
            .error(
                "ESXi host \(name) of \(outlook.server.object)",
                expected: "port \(outlook.server.port) open from node \(outlook.node.name)", found: problem,
                why: whyUpload, remedy: "open the way from \(outlook.node.address) to it"
            ).moving
        }
    }

    @Sendable private static func vnc(_ outlook: Outlook) -> [Finding] {
        guard outlook.isProxy else { return [] }
        let shut = outlook.hosts.filter { host in Outlook.consolePorts.allSatisfy { host.ports[$0] == .silent } }
        guard !shut.isEmpty else { return [] }
        return [
            .warning(
                "ESXi hosts of \(outlook.server.object)",
                expected: "VNC ports (5900 to 6105) open from node \(outlook.node.name)",
                found:
                    "nothing comes back from ports \(listed(Outlook.consolePorts.map(String.init))) of \(listed(shut.map(\.name)))",
                why: "nova-novncproxy connects to the ESXi host on [vmware] vnc_port and those after it",
                remedy: "open them in the ESXi firewall (a VIB keeps them open) and on the way"
            ).moving
        ]
    }

    private static func problem(_ host: HostOutlook, port: Int) -> String? {
        guard host.address != nil else { return "the node does not resolve \(host.name)" }
        return switch host.ports[port] {
        case .open: nil
        case .refused: "the connection is refused"
        case .silent: "no answer within \(Outlook.patience) s, nor before"
        case .failed(let reason): reason
        case nil: "not tried"
        }
    }
}
