import Foundation
import Testing

@testable import Records

@Suite("mark of a run")
struct RunMarkTests {
    private let here = ProcessOwner(place: "0123456789ab", process: 100, started: 5000)

    private func mark(_ owner: ProcessOwner?, started: Int = 1000) -> RunMark {
        RunMark(run: "3f9a1c20", owner: owner, started: started, lifetime: .seconds(3600))
    }

    @Test("reads back from metadata and from a description", arguments: [true, false])
    func readsBack(_ asText: Bool) {
        let mark = mark(here)
        let read = asText ? RunMark(text: mark.text) : RunMark(metadata: mark.metadata)
        #expect(read == mark)
        #expect(mark.text.count < 255)
        #expect(mark.metadata.values.allSatisfy { $0.count < 255 })
    }

    @Test("what others made has none", arguments: ["", "a group of mine", "polyvisor_owner=x polyvisor_started=1"])
    func none(_ text: String) { #expect(RunMark(text: text) == nil) }

    @Test("of another process of this machine, its end tells, whatever its age")
    func ended() {
        #expect(mark(here).isOver(here: here, now: 1000) { _ in 6000 })
        #expect(!mark(here).isOver(here: here, now: 1_000_000) { _ in 5000 })
    }

    @Test("of a run elsewhere only time tells", arguments: [nil, "ba9876543210-100-5000"])
    func elsewhere(_ text: String?) {
        let owner = text.flatMap(ProcessOwner.init(text:))
        #expect(!mark(owner).isOver(here: here, now: 4599))
        #expect(mark(owner).isOver(here: here, now: 4600))
    }

    @Test("without an end in it, an hour after its start")
    func old() throws {
        let mark = try #require(RunMark(metadata: ["polyvisor_run": "x", "polyvisor_started": "1000"]))
        #expect(mark.expires == 4600)
    }
}
