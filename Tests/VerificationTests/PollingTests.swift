import Testing

@testable import Verification

@Suite("polling")
struct PollingTests {
    @Test("ends with the first that is found")
    func found() async throws {
        var looks = 0
        let found = try await Polling(limit: .seconds(120), pause: .milliseconds(1)).first {
            looks += 1
            return looks == 3 ? "here" : nil
        }
        #expect(found == "here")
        #expect(looks == 3)
    }

    @Test("looks at least once, and not beyond its limit")
    func limit() async throws {
        var looks = 0
        let start = ContinuousClock.now
        let found: String? = try await Polling(limit: .milliseconds(60), pause: .milliseconds(20)).first {
            looks += 1
            return nil
        }
        #expect(found == nil)
        #expect((1...4).contains(looks))
        #expect(ContinuousClock.now - start < .seconds(60))
        #expect(try await Polling(limit: .zero).first { 1 } == 1)
    }

    @Test("stops when its task is cancelled")
    func cancelled() async {
        let task = Task { try await Polling(limit: .seconds(600)).first { () -> Int? in nil } }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
    }
}
