import Access
import Foundation
import HTTP
import SSH
import Topology
import VSphere

extension Survey {
    private func includes(_ node: Node) -> Bool {
        options.looksAtNodes && (options.limit.isEmpty || options.limit.contains(node.name))
    }

    /// A limit to a cluster is one to its server.
    private func includes(_ server: VSphereServer) -> Bool {
        options.limit.isEmpty || options.limit.contains { $0 == server.name || $0.hasPrefix("\(server.name)/") }
    }

    private func isAmong(_ names: Set<String>?, _ name: String) -> Bool { names?.contains(name) ?? true }

    func lookAtServers(
        _ names: Set<String>?, _ report: @escaping @Sendable (String) -> Void
    ) async throws -> [ServerSight] {
        let servers = servers.filter { includes($0) && isAmong(names, $0.name) }
        return try await forEach(servers, atMost: options.maxWorkers) { server in
            report("look at \(server.name) (\(server.address))")
            return try await look(at: server)
        }
    }

    /// The certificate is looked at beside everything else, as it is told of and compared with what nodes see.
    private func look(at server: VSphereServer) async throws -> ServerSight {
        async let shown = try? ServerCertificate.read(from: server.address, port: server.port)
        var sight = ServerSight(setting: setting, server: server, time: Date())
        let endpoint = try access.endpoint(server)
        do throws(VSphereError) {
            sight.facts = try await facts(of: server, at: endpoint)
        } catch {
            if error.kind == .cancelled { throw CancellationError() }
            sight.failure = error
            if error.kind == .untrustedCertificate { sight.certificateProblem = await problem(at: endpoint) }
        }
        sight.certificate = await shown
        return sight
    }

    private func facts(of server: VSphereServer, at endpoint: VCenterEndpoint) async throws(VSphereError) -> ServerFacts
    {
        try await VCenterConnection.open(endpoint) { connection throws(VSphereError) in
            try await facts(of: server, through: connection)
        }
    }

    private func facts(
        of server: VSphereServer, through connection: VCenterConnection
    ) async throws(VSphereError) -> ServerFacts {
        let inventory = try await connection.inventory()
        let clock = try await clockAhead(of: connection)
        let groups = setting.lab.networks.compactMap(\.portGroup)
        let targets = PrivilegeTargets(
            server: server, root: connection.rootFolder, inventory: inventory, networks: groups)
        var privileges: [PrivilegeReport]?
        do throws(VSphereError) {
            privileges = try await targets.reports(connection)
        } catch {
            guard [.noPermission, .fault("NotSupported"), .fault("MethodNotFound")].contains(error.kind) else {
                throw error
            }
        }
        let firewalls = try await firewalls(of: server, inventory, through: connection)
        return ServerFacts(
            about: connection.about, inventory: inventory, clockAhead: clock, privileges: privileges,
            firewalls: firewalls)
    }

    /// Of the hosts that Nova drives only: of each it is some fifty rulesets.
    private func firewalls(
        of server: VSphereServer, _ inventory: Inventory, through connection: VCenterConnection
    ) async throws(VSphereError) -> [ManagedObjectReference: HostFirewall] {
        let resources =
            server.isESXi
            ? inventory.computeResources.map(\.reference)
            : server.clusters.compactMap { inventory.cluster($0, of: server)?.reference }
        var all: [ManagedObjectReference: HostFirewall] = [:]
        for resource in resources {
            all.merge(try await connection.firewalls(inComputeResource: resource)) { $1 }
        }
        return all
    }

    private func clockAhead(of connection: VCenterConnection) async throws(VSphereError) -> Double {
        let sent = Date().timeIntervalSince1970
        let time = try await connection.currentTime().timeIntervalSince1970
        let received = Date().timeIntervalSince1970
        return NodeFacts.certainPart(lowest: time - received, highest: time - sent)
    }

    /// What is wrong with a certificate that was refused, which only the HTTP client knows.
    private func problem(at endpoint: VCenterEndpoint) async -> HTTPError.CertificateProblem? {
        let host = endpoint.address.contains(":") ? "[\(endpoint.address)]" : endpoint.address
        do throws(HTTPError) {
            _ = try await HTTPClient(tls: endpoint.tls).send(
                HTTPRequest(method: "GET", url: "https://\(host):\(endpoint.port)/", timeout: .seconds(10)))
            return nil
        } catch {
            return error.certificate
        }
    }

    func lookAtNodes(
        _ names: Set<String>?, _ report: @escaping @Sendable (String) -> Void
    ) async throws -> [NodeSight] {
        let nodes = setting.lab.nodes.filter { includes($0) && isAmong(names, $0.name) }
        return try await forEach(nodes, atMost: options.maxWorkers) { node in
            report("look at \(node.name) (\(node.address))")
            return try await look(at: node)
        }
    }

    private func look(at node: Node) async throws -> NodeSight {
        var sight = NodeSight(setting: setting, node: node)
        var questions = NodeQuestions.preparing(node, in: setting.lab, setting.release)
        (questions.machine, questions.needed) = (true, sight.setup.packages)
        (questions.ports, questions.names) = (sight.setup.ports.map(\.number), setting.lab.nodes.map(\.name))
        questions.interfaces = node.physicalInterfaces.map(\.interface)
        do {
            // So that opening the connection is no part of the clock's uncertainty.
            _ = try await access.node(node.name, "true", "")
            let sent = Date().timeIntervalSince1970
            let result = try await access.node(node.name, "sh -s", questions.script)
            var facts = try NodeFacts(result, sent: sent, received: Date().timeIntervalSince1970)
            if node.hypervisor?.kind == .kvm, facts.hasKVMDevice { facts.kvm = await access.kvm(node.name) }
            sight.facts = facts
        } catch let error as SSHError where error.kind == .cancelled {
            throw CancellationError()
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            sight.failure = NodeFailure(error)
        }
        return sight
    }

    /// Each VMware compute node looks at the servers that it drives, each console proxy at all of them.
    func lookFromNodes(
        _ names: Set<String>?, _ sights: AllSights, _ report: @escaping @Sendable (String) -> Void
    ) async throws -> [OutlookSight] {
        let pairs = sights.nodes.flatMap { node in sights.servers.map { (node: node, server: $0) } }.filter {
            (isProxy($0.node.node) || drives($0.node.node, $0.server.server))
                && (isAmong(names, $0.node.node.name) || isAmong(names, $0.server.server.name))
        }
        return try await forEach(pairs, atMost: options.maxWorkers) { pair in
            let (node, server) = (pair.node.node, pair.server.server)
            func without(_ reason: String) -> OutlookSight {
                OutlookSight(node: node.name, server: server.name, result: .failure(NotRead(reason: reason)))
            }
            guard pair.node.failure == nil else { return without("node \(node.name) could not be reached") }
            guard let facts = pair.server.facts else { return without("\(server.name) could not be read") }
            report("look at \(server.name) from \(node.name)")
            do {
                let outlook = try await look(from: node, at: pair.server, facts)
                return OutlookSight(node: node.name, server: server.name, result: .success(outlook))
            } catch let error as SSHError where error.kind == .cancelled {
                throw CancellationError()
            } catch let error as NotRead {
                return without(error.reason)
            } catch {
                return without("\(error)")
            }
        }
    }

    private func look(from node: Node, at sight: ServerSight, _ facts: ServerFacts) async throws -> Outlook {
        let (isCompute, isProxy) = (drives(node, sight.server), isProxy(node))
        let script = OutlookScript(
            server: sight.server.address, port: sight.server.port, hosts: hosts(of: sight, facts),
            hostPorts: (isCompute ? [sight.server.port] : []) + (isProxy ? Outlook.consolePorts : []),
            looksAtCertificate: isCompute)
        let result = try await access.node(node.name, "bash -s", script.text)
        guard result.succeeded, result.stdoutText.hasSuffix("\nend\n") else {
            throw NotRead(
                reason: "the script that looks from node \(node.name) did not run to its end: \(result.failure)")
        }
        let seen = script.outlooks(parsing: result.stdoutText)
        return Outlook(
            setting: setting, node: node, server: sight.server, certificate: sight.certificate,
            hosts: Array(seen.targets.dropFirst()), itself: seen.targets[0], pem: seen.pem, isProxy: isProxy,
            isCompute: isCompute)
    }

    /// The usable hosts of the clusters that Nova drives: it uploads to no others. A single ESXi host is the server.
    private func hosts(of sight: ServerSight, _ facts: ServerFacts) -> [String] {
        guard !sight.server.isESXi else { return [] }
        let clusters = sight.server.clusters.compactMap { facts.inventory.cluster($0, of: sight.server) }
        var seen: Set<String> = []
        return clusters.flatMap { facts.inventory.hosts(of: $0) }.filter(\.isUsable).map(\.name)
            .filter { seen.insert($0).inserted }
    }

    private func drives(_ node: Node, _ server: VSphereServer) -> Bool {
        switch node.hypervisor {
        case .vmware(let clusters): clusters.contains { $0.vcenter == server.name }
        case .vmwareESX(let address): address == server.address
        default: false
        }
    }

    private func isProxy(_ node: Node) -> Bool { node.roles.contains(.controller) }
}
