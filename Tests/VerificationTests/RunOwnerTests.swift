import Foundation
import Testing

@testable import Verification

@Suite("owner of a run")
struct RunOwnerTests {
    private let here = RunOwner(place: "boot:1", process: 100, started: 5000)

    @Test("reads back from its text")
    func text() {
        #expect(here.text == "boot:1/100/5000")
        #expect(RunOwner(text: here.text) == here)
        for text in ["", "a/b/c", "boot:1/100", "boot:1/100/5000/1", "boot:1/-/1", "boot:1/1/-1"] {
            #expect(RunOwner(text: text) == nil, "\(text)")
        }
    }

    @Test("this process is alive, and its text fits into metadata")
    func current() throws {
        let owner = RunOwner.current()
        #expect(owner.process == ProcessInfo.processInfo.processIdentifier)
        #expect(owner.started > 0)
        #expect(owner.text.count <= 255)
        #expect(!RunOwner.isOver(owner, age: .seconds(100_000), here: owner))
    }

    @Test("a process that has ended is over")
    func ended() throws {
        let process = Process()
        process.executableURL = URL(filePath: "/bin/sleep")
        process.arguments = ["60"]
        try process.run()
        let started = try #require(RunOwner.start(of: process.processIdentifier))
        let owner = RunOwner(place: here.place, process: process.processIdentifier, started: started)
        #expect(!RunOwner.isOver(owner, age: .zero, here: here))
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        #expect(RunOwner.isOver(owner, age: .zero, here: here))
    }

    @Test("another process with the same number is not the run's")
    func reused() {
        #expect(RunOwner.isOver(here, age: .zero, here: here) { _ in 6000 })
        #expect(!RunOwner.isOver(here, age: .zero, here: here) { _ in 5000 })
    }

    @Test("of a run elsewhere only time tells", arguments: [nil, "boot:2/100/5000", "boot:1:2/100/5000"])
    func elsewhere(_ text: String?) {
        let owner = text.flatMap(RunOwner.init(text:))
        #expect(!RunOwner.isOver(owner, age: .seconds(3600), here: here))
        #expect(RunOwner.isOver(owner, age: .seconds(3601), here: here))
    }
}
