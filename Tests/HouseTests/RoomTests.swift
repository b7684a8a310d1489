import Testing

@Suite("the house")
struct RoomTests {
    @Test("decides in rooms that wait for nothing: whoever asks a server has to", arguments: ["Planning", "Preflight"])
    func pure(room: String) throws {
        let files = try House.files(of: room)
        #expect(files.count > 5)
        for (name, text) in files {
            #expect(text.firstMatch(of: /\b(async|await|FileManager|contentsOf|Process|Task)\b/) == nil, "\(name)")
        }
    }

    @Test("has the rooms that CONTRIBUTING.md and Package.swift list")
    func rooms() throws {
        #expect(House.rooms.count > 10)
        #expect(Set(try House.table().keys) == House.rooms)
        #expect(Set(try House.manifest().keys) == House.rooms)
    }

    @Test(
        "lets a room import what the table says, what the manifest says and what its files import",
        arguments: House.rooms)
    func imports(room: String) throws {
        let table = try House.table()[room]
        #expect(table == (try House.manifest()[room]))
        #expect(table == (try House.imports(of: room)))
    }
}
