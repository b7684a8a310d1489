import Foundation
import Testing

@testable import Records

@Suite("owner of what is made elsewhere")
struct ProcessOwnerTests {
    private let here = ProcessOwner(place: "0123456789ab", process: 100, started: 5000)

    @Test("reads back from its text, and other texts are none")
    func text() {
        #expect(here.text == "0123456789ab-100-5000")
        #expect(ProcessOwner(text: here.text) == here)
        for text in ["", "a-b-c", "0123-100-5000", "0123456789ab-100", "0123456789ab-x-1", "0123456789ab-1-1-1"] {
            #expect(ProcessOwner(text: text) == nil, "\(text)")
        }
    }

    @Test("this process is alive, and its text fits into metadata")
    func current() {
        let owner = ProcessOwner.current()
        #expect(owner.process == ProcessInfo.processInfo.processIdentifier)
        #expect(owner.started > 0 && owner.text.count <= 255)
        #expect(owner == .current() && owner.hasEnded() == false)
    }

    @Test("one that was killed has ended, also before it is reaped")
    func killed() throws {
        let process = Process()
        process.executableURL = URL(filePath: "/bin/sleep")
        process.arguments = ["60"]
        try process.run()
        let started = try #require(ProcessOwner.start(of: process.processIdentifier))
        let owner = ProcessOwner(
            place: ProcessOwner.current().place, process: process.processIdentifier, started: started)
        #expect(owner.hasEnded() == false)
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        #expect(owner.hasEnded() == true)
    }

    @Test("another process with the same number is not it, and of another machine nobody can tell")
    func others() {
        #expect(here.hasEnded(here: here) { _ in 6000 } == true)
        #expect(here.hasEnded(here: here) { _ in nil } == true)
        #expect(here.hasEnded(here: here) { _ in 5000 } == false)
        let elsewhere = ProcessOwner(place: "ba9876543210", process: 100, started: 5000)
        #expect(elsewhere.hasEnded(here: here) { _ in 5000 } == nil)
    }
}
