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
    }
}
