import Foundation
import Testing
import VCenterSimulator

@testable import VSphere
import XML

@Suite("The rights of an account", .needsSimulator)
struct AuthorizationTests {
    static let ids = ["VirtualMachine.Inventory.Create", "Datastore.AllocateSpace"]

    @Test("are told for each object that was asked about")
    func privileges() async throws {
        try await Simulator.run { simulator in
            let connection = try await VCenterConnection.open(simulator.endpoint())
            let inventory = try await connection.inventory()
            let objects = [inventory.clusters[0].reference, inventory.datastores[0].reference]
            let had = try await connection.privileges(Self.ids, on: objects)
            #expect(had.map(\.entity) == objects)
            #expect(had.allSatisfy { $0.granted == Set(Self.ids) && $0.missing.isEmpty })
            let all = try await connection.userPrivileges(on: objects)
            #expect(all.count == 2)
            #expect(try await connection.privileges([], on: objects).isEmpty)
            let session = try await connection.userSession()
            #expect(session.userName == "administrator@vsphere.local")
            #expect(session.loginTime != nil)
        }
    }

    @Test("come with the roles that give them")
    func roles() async throws {
        try await Simulator.run { simulator in
            let connection = try await VCenterConnection.open(simulator.endpoint())
            let roles = try await connection.roles()
            let admin = try #require(roles.first { $0.name == "Admin" })
            #expect(admin.system)
            #expect(admin.privileges.contains("VirtualMachine.Inventory.Create"))
            let cluster = try #require(try await connection.inventory().clusters.first)
            let permissions = try await connection.permissions(on: cluster.reference)
            #expect(permissions.contains { $0.roleId == admin.roleId && $0.propagate })
        }
    }

    @Test("that an answer leaves out are no answer")
    func incomplete() throws {
        let text = """
            <returnval><entity type="Folder">group-1</entity><privAvailability><privId>A</privId>\
            <isGranted>true</isGranted></privAvailability><privAvailability><privId>B</privId>\
            <isGranted>false</isGranted></privAvailability></returnval>
            """
        let value = try XMLDecoder().decode(Data(text.utf8))
        let folder = ManagedObjectReference(type: "Folder", value: "group-1")
        let had = try EntityPrivilege.all([value], entities: [folder], ids: ["B", "A", "C"])
        #expect(had == [EntityPrivilege(entity: folder, granted: ["A"], missing: ["B", "C"])])
        let other = ManagedObjectReference(type: "Folder", value: "group-2")
        let trouble = try #require(throws: Trouble.self) {
            try EntityPrivilege.all([value], entities: [folder, other], ids: ["A"])
        }
        #expect(trouble.kind == .malformedResponse)
    }
}
