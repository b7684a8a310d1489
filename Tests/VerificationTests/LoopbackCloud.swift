import Foundation
import OpenStack
import Synchronization
import Topology

@testable import Verification

/// The APIs of a cloud of libvirt hosts on 127.0.0.1: what it answers has the shape of Zed's answers, and each host
/// does with its instances what a test wants.
///
/// The real services, which a bring-up of the sandbox verifies, cannot be told to fail half-way.
final class LoopbackCloud: Sendable {
    /// What a host does with an instance.
    enum Behaviour: Sendable {
        case boots
        /// It goes to ERROR with this fault.
        case fails(String)
        /// It is built for ever.
        case hangs
        /// It is made, and the answer to the request never comes.
        case saysNothing
        /// It cannot be deleted.
        case stays
    }

    struct Instance: Sendable {
        var id: String
        var name: String
        var host: String
        var metadata: [String: String]
        var address = "10.78.0.14"
        /// The token that it was asked for with, which tells the project.
        var token = "t"
        /// That it boots from.
        var rootVolume: String?
    }

    struct State: Sendable {
        var instances: [String: Instance] = [:]
        var made: [Instance] = []
        var mostAtOnce = 0
        var groups: [Group] = []
        var quota = 10
        var image = #"{"id": "i", "name": "tiny-qcow2", "status": "active", "disk_format": "qcow2"}"#
        var isAdmin = true
        var requests = 0
        var trouble: Trouble?
        /// How many vCPUs one instance gets of a host.
        var cores = 2
    }

    /// Instead of the cloud's answer to a request, by its number from 1 on; nil: the cloud's.
    typealias Trouble = @Sendable (_ number: Int, LoopbackHTTP.Request) -> LoopbackHTTP.Answer?

    struct Group: Sendable {
        var id: String
        var name: String
        var description: String
        var project = "p-admin"
    }

    let hosts: [String: Behaviour]
    private let state = Mutex(State())
    private let server = Mutex<LoopbackHTTP?>(nil)
    let cloud: Cloud
    /// Its volume service; nil: it has none.
    let volumes: LoopbackVolumes?
    /// Its projects.
    let identity = LoopbackIdentity()
    let flavors = LoopbackFlavors()

    init(_ hosts: [String: Behaviour], volumes: LoopbackVolumes? = nil) throws {
        self.hosts = hosts
        self.volumes = volumes
        let relay = Relay()
        let server = try LoopbackHTTP { relay.answer($0) }
        cloud = Cloud(
            Credentials(
                authURL: "http://127.0.0.1:\(server.port)/v3", username: "admin", password: "p", project: "admin"))
        relay.port = server.port
        self.server.withLock { $0 = server }
        relay.cloud = self
    }

    /// The instances that are there.
    var instances: [Instance] { state.withLock { Array($0.instances.values) } }
    /// Every instance that was ever asked for.
    var made: [Instance] { state.withLock { $0.made } }
    var mostAtOnce: Int { state.withLock { $0.mostAtOnce } }
    var groups: [Group] { state.withLock { $0.groups } }
    /// From now on every request is shown to this first.
    func setTrouble(_ trouble: @escaping Trouble) { state.withLock { $0.trouble = trouble } }

    fileprivate func troubled(_ request: LoopbackHTTP.Request) -> LoopbackHTTP.Answer? {
        let (number, trouble) = state.withLock { state in
            state.requests += 1
            return (state.requests, state.trouble)
        }
        return trouble?(number, request)
    }
    /// From now on the user is one of a project.
    func takeAdminRights() { state.withLock { $0.isAdmin = false } }
    fileprivate var isAdmin: Bool { state.withLock { $0.isAdmin } }
    func setImages(_ image: String) { state.withLock { $0.image = image } }
    func setCores(_ cores: Int) { state.withLock { $0.cores = cores } }
    func setQuota(_ instances: Int) { state.withLock { $0.quota = instances } }
    func add(_ group: Group) { state.withLock { $0.groups.append(group) } }

    /// Adds an instance as if it had been there before.
    func add(_ name: String, host: String, metadata: [String: String], token: String = "t") {
        var instance = Instance(id: UUID().uuidString.lowercased(), name: name, host: host, metadata: metadata)
        instance.token = token
        state.withLock { $0.instances[instance.id] = instance }
    }
}

/// Stands between a server and the cloud that owns it, which would otherwise own each other.
private final class Relay: Sendable {
    private let held = Mutex<(cloud: WeakCloud, port: Int)>((WeakCloud(), 0))

    var cloud: LoopbackCloud? {
        get { held.withLock { $0.cloud.value } }
        set { held.withLock { $0.cloud.value = newValue } }
    }
    var port: Int {
        get { held.withLock { $0.port } }
        set { held.withLock { $0.port = newValue } }
    }

    struct WeakCloud: Sendable { weak var value: LoopbackCloud? }

    func answer(_ request: LoopbackHTTP.Request) -> LoopbackHTTP.Answer {
        guard let cloud else { return .init(status: 503) }
        if let answer = cloud.troubled(request) { return answer }
        let path = request.path.split(separator: "?").first.map(String.init) ?? ""
        if path == "/v3/auth/tokens" { return login(request) }
        if let answer = cloud.identity.answer(request, isAdmin: cloud.isAdmin) { return answer }
        return cloud.answer(request.method, path, request)
    }

    private func login(_ request: LoopbackHTTP.Request) -> LoopbackHTTP.Answer {
        let volumes = cloud?.volumes == nil ? [] : ["volumev3"]
        let entries = (["compute", "image", "network", "placement"] + volumes).map { type in
            """
            {"type": "\(type)", "endpoints": [{"interface": "public", "region": "RegionOne",
             "url": "http://127.0.0.1:\(port)/\(type)"}]}
            """
        }
        return .init(
            status: 201, headers: ["X-Subject-Token: \(cloud?.identity.token(for: request) ?? "")"],
            body: """
                {"token": {"catalog": [\(entries.joined(separator: ","))], "user": {"id": "u"},
                 "project": {"id": "p-admin", "domain": {"id": "d"}},
                 "roles": [{"id": "r-member", "name": "member"}, {"id": "r-admin", "name": "admin"}]}}
                """)
    }
}

extension LoopbackCloud {
    fileprivate func answer(_ method: String, _ path: String, _ request: LoopbackHTTP.Request) -> LoopbackHTTP.Answer {
        if let answer = volumes?.answer(method, path, request.body) { return answer }
        if let answer = flavors.answer(method, path, request.body, isAdmin: isAdmin) { return answer }
        let last = path.split(separator: "/").last.map(String.init) ?? ""
        let forAdmins = ["/compute/os-services", "/compute/os-hypervisors/detail", "/network/v2.0/agents"]
        if !isAdmin, forAdmins.contains(path) || path.hasPrefix("/placement/") {
            return .init(status: 403, body: #"{"forbidden": {"message": "Policy doesn't allow it"}}"#)
        }
        switch (method, path) {
        case ("GET", "/compute/"):
            return .init(body: #"{"version": {"id": "v2.1", "version": "2.93", "min_version": "2.1"}}"#)
        case ("GET", "/placement/"):
            return .init(body: #"{"versions": [{"id": "v1.0", "max_version": "1.39", "min_version": "1.0"}]}"#)
        case ("GET", "/compute/os-services"): return list("services", hosts.keys.sorted().map(service))
        case ("GET", "/compute/os-hypervisors/detail"): return list("hypervisors", hosts.keys.sorted().map(hypervisor))
        case ("GET", "/compute/limits"): return .init(body: limits(request.token))
        case ("GET", "/compute/os-aggregates"): return list("aggregates", [])
        case ("GET", "/network/v2.0/subnets"): return list("subnets", [Self.subnet])
        case ("GET", "/network/v2.0/security-groups"): return list("security_groups", groups.map(json))
        case ("POST", "/network/v2.0/security-groups"): return createGroup(request)
        case ("POST", "/network/v2.0/security-group-rules"): return .init(status: 201)
        case ("DELETE", _) where path.hasPrefix("/network/v2.0/security-groups/"): return deleteGroup(last)
        case ("GET", "/network/v2.0/agents"): return list("agents", [Self.dhcpAgent])
        case ("GET", "/network/v2.0/networks/n/dhcp-agents"): return list("agents", [Self.dhcpAgent])
        case ("GET", "/placement/resource_providers"):
            return list("resource_providers", hosts.keys.sorted().map { #"{"uuid": "rp-\#($0)", "name": "\#($0)"}"# })
        case ("GET", _) where path.hasSuffix("/inventories"): return .init(body: inventories)
        case ("GET", _) where path.hasSuffix("/usages"): return .init(body: #"{"usages": {"VCPU": 0}}"#)
        case ("POST", _) where path.hasSuffix("/remote-consoles"): return remoteConsole
        case ("GET", "/novnc"): return .init(body: "<title>noVNC</title>")
        case ("GET", "/websockify"): return .init(status: 404)
        case ("GET", "/image/v2/images"):
            return list("images", [state.withLock { $0.image }])
        case ("GET", "/network/v2.0/networks"): return list("networks", [#"{"id": "n", "name": "provider"}"#])
        case ("GET", "/network/v2.0/ports"): return ports(request.path)
        case ("GET", "/compute/servers/detail"), ("GET", "/compute/servers"): return servers(request.path)
        case ("POST", "/compute/servers"): return create(request)
        case ("POST", _) where path.hasSuffix("/metadata"):
            return addMetadata(String(path.split(separator: "/")[2]), request.body)
        case ("GET", _) where path.hasPrefix("/placement/allocations/"): return .init(body: #"{"allocations": {}}"#)
        case ("GET", _) where path.hasPrefix("/compute/servers/"):
            return instance(last).map { .init(body: "{\"server\": \(json($0))}") } ?? .init(status: 404)
        case ("DELETE", _) where path.hasPrefix("/compute/servers/"): return delete(last)
        case ("POST", _) where path.hasSuffix("/action"): return console(String(path.split(separator: "/")[2]))
        default: return .init(status: 400, body: #"{"badRequest": {"message": "unexpected \#(method) \#(path)"}}"#)
        }
    }

    private static let subnet = """
        {"id": "s", "name": "provider", "cidr": "10.78.0.0/24", "network_id": "n", "gateway_ip": "10.78.0.1",
         "dns_nameservers": []}
        """
    private static let dhcpAgent =
        #"{"binary": "neutron-dhcp-agent", "host": "controller", "alive": true, "agent_type": "DHCP agent"}"#
    private var inventories: String {
        let cores = state.withLock { $0.cores }
        return """
            {"inventories": {
             "VCPU": {"total": \(cores), "reserved": 0, "allocation_ratio": 4.0, "max_unit": \(cores)},
             "MEMORY_MB": {"total": 4096, "reserved": 512, "allocation_ratio": 1.0, "max_unit": 4096},
             "DISK_GB": {"total": 50, "reserved": 0, "allocation_ratio": 1.0, "max_unit": 50}}}
            """
    }

    private func limits(_ token: String?) -> String {
        let quota = identity.instances(token) ?? state.withLock { $0.quota }
        return """
            {"limits": {"absolute": {"maxTotalInstances": \(quota), "totalInstancesUsed": 0, "maxTotalCores": -1,
             "totalCoresUsed": 0, "maxTotalRAMSize": -1, "totalRAMUsed": 0}}}
            """
    }

    /// A console whose URL has no token, so that its websocket is not tried.
    private var remoteConsole: LoopbackHTTP.Answer {
        .init(
            body: #"{"remote_console": {"url": "\#(cloud.credentials.authURL.replacing("/v3", with: "/novnc"))?x=1"}}"#)
    }

    private func json(_ group: Group) -> String {
        """
        {"id": "\(group.id)", "name": "\(group.name)", "description": "\(group.description)",
         "project_id": "\(group.project)"}
        """
    }

    private func createGroup(_ request: LoopbackHTTP.Request) -> LoopbackHTTP.Answer {
        struct Body: Decodable { var security_group: Asked }
        struct Asked: Decodable { var name, description: String }
        guard let asked = try? JSONDecoder().decode(Body.self, from: request.body).security_group else {
            return .init(status: 400)
        }
        let group = Group(
            id: UUID().uuidString, name: asked.name, description: asked.description,
            project: LoopbackIdentity.project(of: request.token))
        add(group)
        return .init(status: 201, body: "{\"security_group\": \(json(group))}")
    }

    private func deleteGroup(_ id: String) -> LoopbackHTTP.Answer {
        state.withLock { $0.groups.removeAll { $0.id == id } }
        return .init(status: 204, body: "")
    }

    private func list(_ key: String, _ items: [String]) -> LoopbackHTTP.Answer {
        .init(body: "{\"\(key)\": [\(items.joined(separator: ","))]}")
    }

    private func service(_ host: String) -> String {
        #"{"id": "1", "binary": "nova-compute", "host": "\#(host)", "zone": "nova", "state": "up", "status": "enabled"}"#
    }

    private func hypervisor(_ host: String) -> String {
        """
        {"id": "1", "hypervisor_hostname": "\(host)", "hypervisor_type": "QEMU", "hypervisor_version": 7,
         "state": "up", "status": "enabled", "service": {"host": "\(host)"}, "vcpus": \(state.withLock { $0.cores }), "memory_mb": 4096,
         "local_gb": 50}
        """
    }

    private func instance(_ id: String) -> Instance? { state.withLock { $0.instances[id] } }

    private func json(_ instance: Instance) -> String {
        let (status, fault) =
            switch hosts[instance.host] {
            case .fails(let message): ("ERROR", "{\"message\": \"\(message)\"}")
            case .hangs, .saysNothing: ("BUILD", "null")
            default: ("ACTIVE", "null")
            }
        let metadata = instance.metadata.map { "\"\($0.key)\": \"\($0.value)\"" }.joined(separator: ",")
        return """
            {"id": "\(instance.id)", "name": "\(instance.name)", "status": "\(status)", "fault": \(fault),
             "OS-EXT-SRV-ATTR:host": "\(instance.host)", "metadata": {\(metadata)}}
            """
    }

    private func create(_ request: LoopbackHTTP.Request) -> LoopbackHTTP.Answer {
        struct Body: Decodable { var server: Server }
        struct Server: Decodable {
            var name, flavorRef: String
            var host, imageRef: String?
            var metadata: [String: String]
            var block_device_mapping_v2: [Device]?
        }
        struct Device: Decodable {
            var uuid, source_type, destination_type: String
            var boot_index: Int
        }
        guard let asked = try? JSONDecoder().decode(Body.self, from: request.body).server else {
            return .init(status: 400)
        }
        guard isAdmin || asked.host == nil else { return .init(status: 403) }
        if let refusal = flavors.refusal(of: asked.flavorRef) { return refusal }
        let host = asked.host ?? hosts.keys.sorted().first ?? ""
        var instance = Instance(
            id: UUID().uuidString.lowercased(), name: asked.name, host: host, metadata: asked.metadata)
        instance.token = request.token ?? ""
        instance.rootVolume = asked.block_device_mapping_v2?.first { $0.boot_index == 0 }?.uuid
        guard (instance.rootVolume == nil) != (asked.imageRef == nil) else { return .init(status: 400) }
        if let volume = instance.rootVolume { volumes?.set(volume, to: "in-use") }
        // A new project has a group of its own as soon as something is in it.
        let project = LoopbackIdentity.project(of: request.token)
        if !groups.contains(where: { $0.project == project && $0.name == "default" }), project != "p-admin" {
            add(Group(id: UUID().uuidString, name: "default", description: "", project: project))
        }
        state.withLock {
            instance.address = "10.78.0.\(14 + $0.made.count)"
            $0.instances[instance.id] = instance
            $0.made.append(instance)
            $0.mostAtOnce = max($0.mostAtOnce, $0.instances.count)
        }
        if case .saysNothing = hosts[host] { Thread.sleep(forTimeInterval: 3) }
        return .init(status: 202, body: "{\"server\": {\"id\": \"\(instance.id)\"}}")
    }

    private func delete(_ id: String) -> LoopbackHTTP.Answer {
        state.withLock { state in
            guard let instance = state.instances[id] else { return .init(status: 404) }
            if case .stays = hosts[instance.host] { return .init(status: 204, body: "") }
            state.instances[id] = nil
            if let volume = instance.rootVolume { volumes?.set(volume, to: "available") }
            return .init(status: 204, body: "")
        }
    }

    private func servers(_ path: String) -> LoopbackHTTP.Answer {
        let query = URLComponents(string: path)?.queryItems ?? []
        let prefix = query.first { $0.name == "name" }?.value?.dropFirst() ?? ""
        guard query.contains(where: { $0.name == "all_tenants" }) == isAdmin else { return .init(status: 403) }
        let project = query.first { $0.name == "project_id" }?.value
        let found = instances.filter { $0.name.hasPrefix(prefix) }.filter {
            project == nil || LoopbackIdentity.project(of: $0.token) == project
        }
        return list("servers", found.map(json))
    }

    private func ports(_ path: String) -> LoopbackHTTP.Answer {
        let id = URLComponents(string: path)?.queryItems?.first { $0.name == "device_id" }?.value ?? ""
        // All have gone with their servers.
        if path.contains("project_id=") { return list("ports", []) }
        guard let instance = instance(id) else { return list("ports", []) }
        return list(
            "ports",
            [
                """
                {"id": "p", "device_id": "\(id)", "network_id": "n", "status": "ACTIVE", "binding:vif_type": "bridge",
                 "binding:vif_details": {}, "binding:host_id": "\(instance.host)",
                 "fixed_ips": [{"ip_address": "\(instance.address)", "subnet_id": "s"}]}
                """
            ])
    }

    private func addMetadata(_ id: String, _ body: Data) -> LoopbackHTTP.Answer {
        struct Body: Decodable { var metadata: [String: String] }
        guard let asked = try? JSONDecoder().decode(Body.self, from: body).metadata else { return .init(status: 400) }
        state.withLock { $0.instances[id]?.metadata.merge(asked) { $1 } }
        return .init()
    }

    /// What the guest says: who it is, and whom of those it heard that it is asked for in its metadata.
    private func console(_ id: String) -> LoopbackHTTP.Answer {
        guard let instance = instance(id) else { return .init(status: 404) }
        let question = instance.metadata["polyvisor_probe"]
        let told = question.map { _ in " told=probe" } ?? ""
        var lines = [
            "LEASE server=10.78.0.2 router=10.78.0.1 dns=10.78.0.2 routes=none interface=eth0",
            "GATEWAY peer=10.78.0.1 ping=0.44 link=known", "DNS peer=10.78.0.2 answer=yes",
        ]
        lines += ["READY address=\(instance.address) instance=\(id)\(told) uptime=3.1"]
        for peer in question?.split(separator: ",").map(String.init) ?? [] where peer != "none" {
            let heard = instances.first { $0.address == peer }?.id
            lines.append("PROBE peer=\(peer) ping=\(heard == nil ? "none" : "0.61") instance=\(heard ?? "silent")")
        }
        return .init(body: "{\"output\": \"\(lines.map { "POLYVISOR-GUEST \($0)\\r\\n" }.joined())\"}")
    }
}
