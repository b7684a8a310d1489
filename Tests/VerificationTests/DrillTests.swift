import Foundation
import MemoryStore
import Records
import Synchronization
import Testing
import Topology

@testable import Verification

/// What nodes were told to do.
private final class Commands: Sendable {
    private let list = Mutex<[String]>([])
    var all: [String] { list.withLock { $0 } }
    func add(_ command: String) { list.withLock { $0.append(command) } }
}

@Suite("drills")
struct DrillTests {
    private func record(_ owner: ProcessOwner) -> DrillRecord {
        var record = DrillRecord(run: "3f9a1c20", owner: owner.text, drill: "compute-failure")
        (record.node, record.unit) = ("kvm1", "nova-compute.service")
        return record
    }

    private var ended: ProcessOwner {
        let here = ProcessOwner.current()
        return ProcessOwner(place: here.place, process: here.process, started: 1)
    }

    /// With the commands that nodes were told.
    private func verification(
        _ book: any DrillBook, status: Int32 = 0, _ commands: Commands
    ) throws -> Verification {
        let cloud = try LoopbackCloud(["kvm1": .boots])
        var access = Verification.Access(cloud: cloud.cloud, images: .init(of: "tiny")) { _ in
            throw CancellationError()
        } node: { node, command in
            commands.add("\(node): \(command)")
            return (status, "")
        }
        access.drills = book
        return Verification(of: Target(cloud: "c"), through: access)
    }

    @Test("what a killed run stopped is started again, and struck out")
    func takeBack() async throws {
        let (book, commands) = (MemoryStore(), Commands())
        let verification = try verification(book, commands)
        book.keep(record(ended))
        let (note, warning) = await verification.takeBackDrill()
        #expect(note?.contains("nova-compute.service on kvm1") == true && warning == nil)
        let told = commands.all
        #expect(
            told.count == 1 && told[0].hasPrefix("kvm1: ")
                && told[0].hasSuffix("systemctl start nova-compute.service"))
        #expect(book.drill() == nil)
        #expect(await verification.takeBackDrill().note == nil)
    }

    @Test("what a run beside us stopped is left alone")
    func beside() async throws {
        let (book, commands) = (MemoryStore(), Commands())
        book.keep(record(.current()))
        let (note, _) = try await verification(book, commands).takeBackDrill()
        #expect(note?.hasPrefix("a drill of another run") == true)
        #expect(commands.all.isEmpty)
    }

    @Test("what does not start again stays written down, and is told")
    func fails() async throws {
        let book = MemoryStore()
        book.keep(record(ended))
        let (note, warning) = try await verification(book, status: 1, Commands()).takeBackDrill()
        #expect(note == nil && warning?.contains("does not start again") == true)
        #expect(book.drill() == record(ended))
    }

    @Test("a service has a timer that starts it again before it is stopped, and loses it when it runs again")
    func commands() {
        let stop = DrillRecord.stopCommand("nova-compute.service")
        #expect(stop.contains("--on-active=1200 systemctl start nova-compute.service && systemctl stop"))
        #expect(DrillRecord.startCommand("x.service").hasPrefix("systemctl stop polyvisor-verify-drill.timer"))
    }

    @Test("every drill says what it does to others", arguments: Drill.allCases)
    func consequences(_ drill: Drill) {
        #expect(drill.consequences(for: "kvm1").contains("kvm1"))
    }
}
