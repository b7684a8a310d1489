import Foundation
import HTTP
import VSphere

/// `VSphereBenchmark inventory PORT CA` and `VSphereBenchmark upload PORT CA FILE DATASTORE`; prints one JSON object.
@main
struct VSphereBenchmark {
    static func main() async throws {
        let words = CommandLine.arguments
        guard words.count >= 4, let port = Int(words[2]) else { usage() }
        let password = ProcessInfo.processInfo.environment["VCENTER_PASSWORD"] ?? ""
        let endpoint = VCenterEndpoint(
            address: "127.0.0.1", port: port,
            credentials: VCenterCredentials(username: "administrator@vsphere.local", password: password),
            tls: .caFile(words[3]), timeout: .seconds(600))
        let clock = ContinuousClock()
        let started = clock.now
        let connection = try await VCenterConnection.open(endpoint)
        switch words[1] {
        case "inventory":
            async let reading = connection.inventory()
            let machines = try await connection.virtualMachines()
            let inventory = try await reading
            try tell([
                "seconds": seconds(clock.now - started), "hosts": Double(inventory.hosts.count),
                "clusters": Double(inventory.clusters.count), "datastores": Double(inventory.datastores.count),
                "networks": Double(inventory.networks.count), "machines": Double(machines.count),
                "named": Double(machines.filter { $0.instanceUUID != nil && !$0.name.isEmpty }.count),
            ])
        case "upload" where words.count == 6:
            let inventory = try await connection.inventory()
            guard let datastore = inventory.datastores.first(where: { $0.name == words[5] }) else { usage() }
            let access = try DatastoreAccess(datastore, in: inventory, through: connection)
            let target = access.path("benchmark.bin")
            try await access.delete(target)
            let began = clock.now
            try await access.upload(words[4], to: target)
            try tell(["seconds": seconds(clock.now - began)])
            try await access.delete(target)
        default: usage()
        }
        try await connection.logout()
    }

    private static func seconds(_ duration: Duration) -> Double {
        Double(duration.components.seconds) + Double(duration.components.attoseconds) / 1e18
    }

    private static func tell(_ figures: [String: Double]) throws {
        let text = try JSONSerialization.data(withJSONObject: figures, options: .sortedKeys)
        print(String(decoding: text, as: UTF8.self))
    }

    private static func usage() -> Never {
        FileHandle.standardError.write(
            Data("VSphereBenchmark inventory PORT CA | upload PORT CA FILE DATASTORE\n".utf8))
        exit(2)
    }
}
