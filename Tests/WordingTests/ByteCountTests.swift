import Testing
import Wording

@Suite("sizes")
struct ByteCountTests {
    @Test(
        "are in the unit that suits them",
        arguments: [
            (0, "0 bytes"), (1023, "1023 bytes"), (1024, "1 KiB"), (1536, "1.5 KiB"), (1 << 20, "1 MiB"),
            (1_610_612_736, "1.5 GiB"), (UInt64.max, "15.9 EiB"),
        ] as [(UInt64, String)])
    func short(_ bytes: UInt64, _ expected: String) { #expect(ByteCount.short(bytes) == expected) }

    @Test("say the bytes where the unit hides some")
    func text() {
        #expect(ByteCount.text(1000) == "1000 bytes")
        #expect(ByteCount.text(1_610_612_736) == "1.5 GiB (1610612736 bytes)")
    }

    @Test(
        "in GiB are rounded down, those of a whole vSAN too",
        arguments: [
            (0, "0.0 GiB"), (1 << 30, "1.0 GiB"), ((2 << 30) - 1, "1.9 GiB"), (13_207_024_435, "12.2 GiB"),
            (Int64.max, "8589934591.9 GiB"),
        ] as [(Int64, String)])
    func gibibytes(_ bytes: Int64, _ expected: String) { #expect(ByteCount.inGiB(bytes) == expected) }

    @Test("in whole MiB are rounded up")
    func mebibytes() {
        #expect([0, 1, 1 << 20, (1 << 20) + 1].map(ByteCount.wholeMiB) == [0, 1, 1, 2])
    }
}
