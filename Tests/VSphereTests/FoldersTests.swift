import Testing
import VCenterSimulator

@testable import VSphere

@Suite("Folders", .needsSimulator)
struct FoldersTests {
    private func make(
        _ name: String, in parent: ManagedObjectReference, _ connection: VCenterConnection
    ) async throws -> ManagedObjectReference {
        let method = VimMethod(name: "CreateFolder", this: parent, arguments: [SOAPElement("name", name)])
        return try await connection.perform("make a folder") { (session) throws(Trouble) in
            try await connection.call(method, in: session).reference()
        }
    }

    @Test("one with nothing but empty folders in it is removed; one that holds a virtual machine stays")
    func remove() async throws {
        try await Simulator.run { simulator in
            let connection = try await VCenterConnection.open(simulator.endpoint())
            func folders() async throws -> [String] { try await connection.inventory().folders.map(\.name) }
            let machines = try #require(try await connection.inventory().folders.first { $0.name == "vm" }).reference
            let project = try await make("Project (a)", in: machines, connection)
            _ = try await make("Instances", in: project, connection)
            #expect(try await folders().contains("Instances"))
            #expect(try await connection.removeEmptyFolder(project))
            let left = try await folders()
            #expect(!left.contains("Project (a)") && !left.contains("Instances") && left.contains("vm"))

            let kept = try await make("Project (b)", in: machines, connection)
            let inner = try await make("Instances", in: kept, connection)
            let cluster = try #require(try await connection.inventory().clusters.first)
            let machine = try await connection.makeVirtualMachine(
                "vm", instanceUUID: "0b5d9e3c-2c53-4e06-9f14-8f6a6a1bb1f7", in: cluster, datastore: "shared-1")
            try await Self.move(machine, into: inner, connection)
            #expect(try await !connection.removeEmptyFolder(kept))
            #expect(try await folders().contains("Project (b)"))
            #expect(try await !connection.virtualMachines().isEmpty)
        }
    }

    private static func move(
        _ machine: ManagedObjectReference, into folder: ManagedObjectReference, _ connection: VCenterConnection
    ) async throws {
        let method = VimMethod(name: "MoveIntoFolder_Task", this: folder, arguments: [SOAPElement("list", machine)])
        try await connection.perform("move a machine") { (session) throws(Trouble) in
            let task = try await connection.call(method, in: session).reference()
            _ = try await connection.result(of: task, in: session)
        }
    }
}
