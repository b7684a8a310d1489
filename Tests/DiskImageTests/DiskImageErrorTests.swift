import DiskImage
import Testing

@Suite("Errors of disk images")
struct DiskImageErrorTests {
    @Test("an error says file, place, expectation and finding")
    func allParts() {
        let error = DiskImageError(
            .damaged, file: "a.qcow2", offset: 512, structure: "L1 table", expected: "a multiple of 65536",
            found: "17", hint: "run qemu-img check")
        #expect(
            "\(error)" == """
                a.qcow2: byte 512: L1 table: expected a multiple of 65536, found 17
                  hint: run qemu-img check
                """)
    }

    @Test("a refusal of the system is told in its own words")
    func system() {
        #expect("\(DiskImageError.io(2, file: "b", doing: "open"))" == "b: open: No such file or directory")
    }
}
