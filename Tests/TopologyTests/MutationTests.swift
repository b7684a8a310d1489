import Testing

@testable import Topology

@Suite("Any text")
struct MutationTests {
    /// xorshift64*: the same texts in every run.
    private struct Dice: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state ^= state >> 12
            state ^= state << 25
            state ^= state >> 27
            return state &* 0x2545_F491_4F6C_DD1D
        }
    }

    private static let pieces = [
        ":", " ", "\n", "\t", "- ", "{", "}", "[", "]", "\"", "'", "&a ", "*a", "#", "|", "?", "!", "---\n", "é",
        "\u{2028}", "\u{85}", "\u{0}",
        "<<: *a", "null", "true", "10.77.0.10", "kvm1", "vc1/a", "password: x", "%", "\r", "\u{FEFF}", "  ", ",",
    ].map { Array($0.utf8) }

    private func mutated(_ text: [UInt8], _ dice: inout Dice) -> [UInt8] {
        var text = text
        for _ in 0..<Int.random(in: 1...4, using: &dice) {
            let place = Int.random(in: 0...text.count, using: &dice)
            let end = min(text.count, place + Int.random(in: 0...12, using: &dice))
            switch Int.random(in: 0..<4, using: &dice) {
            case 0: text.insert(contentsOf: Self.pieces.randomElement(using: &dice) ?? [], at: place)
            case 1: text.removeSubrange(place..<end)
            case 2: text.replaceSubrange(place..<end, with: Self.pieces.randomElement(using: &dice) ?? [])
            default: if place < text.count { text[place] = UInt8.random(in: 0...255, using: &dice) }
            }
        }
        return text
    }

    @Test("gives a lab or problems that lie in it, and never a crash", arguments: 1...4)
    func survives(_ seed: UInt64) {
        var dice = Dice(state: seed &* 0x9E37_79B9_7F4A_7C15)
        let samples = [Array(Sample.sandbox.utf8), Array(Sample.ssh.utf8)]
        for round in 0..<500 {
            let text = mutated(samples[round % 2], &dice)
            let lines = 1 + text.count { $0 == 0x0A || $0 == 0x0D }
            do throws(TopologyProblems) {
                #expect(try !Lab.read(text: text, file: "a").warnings.hasErrors)
            } catch {
                #expect(error.hasErrors)
                #expect(
                    error.problems.allSatisfy { problem in
                        guard let mark = problem.mark else { return false }
                        return (1...lines).contains(mark.line) && (1...(text.count + 1)).contains(mark.column)
                    }, "\(String(decoding: text, as: UTF8.self))")
            }
        }
    }
}
