import Foundation
import Testing

@testable import Records

@Suite("records of processes")
struct ProcessRecordTests {
    @Test("a program's name may hold spaces and parentheses")
    func stat() {
        let line = "812 (a) b (c) S 1 812 812 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 987654 1 2"
        #expect(ProcessStat(line)?.pid == 812)
        #expect(ProcessStat(line)?.state == "S")
        #expect(ProcessStat(line)?.startTime == 987_654)
    }

    @Test("text that is no record is none", arguments: ["", "boot-id", "boot-id\n12 (x) S 1", "boot-id\nx (y) S"])
    func broken(text: String) { #expect(ProcessRecord(text) == nil) }

    private func own() throws -> ProcessRecord {
        let stat = try #require(ProcFile.text("/proc/self/stat").flatMap(ProcessStat.init))
        return ProcessRecord(pid: stat.pid, startTime: stat.startTime, boot: try #require(ProcessRecord.currentBoot))
    }

    @Test("this process is alive; the same pid of another time or boot is another process")
    func reuse() throws {
        let own = try own()
        #expect(own.isAlive)
        #expect(!ProcessRecord(pid: own.pid, startTime: own.startTime + 1, boot: own.boot).isAlive)
        #expect(!ProcessRecord(pid: own.pid, startTime: own.startTime, boot: "another").isAlive)
    }
}
