import DiskImage
import Glibc
import ImageMeta

/// libFuzzer's entry: any bytes have to give a disk that keeps its word, or an error with its place; never a crash, a
/// hang, or memory beyond what the format's own bounds give.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneImage(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = UnsafeRawBufferPointer(start: start, count: count)
    let kind = getenv("FUZZ_FORMAT").map { String(cString: $0) } ?? ""
    // "any" lets the readers find out, as for OVAs, VHDs and files that are no disk.
    let format = kind == "disk" ? .raw : ImageFormat(rawValue: kind)
    if kind == "disk" {
        DamagedDisk.shared.bytes(from: input).withUnsafeBytes { ImageFolder.shared.put($0) }
    } else {
        ImageFolder.shared.put(input, summingTar: kind == "any")
    }
    do throws(DiskImageError) {
        let image = try ImageFile.open(ImageFolder.shared.image, as: format)
        let inspection = ImageInspection.inspect(image)
        precondition(!inspection.description.isEmpty)
        for target in ImageTarget.allCases {
            precondition(!ImageLint(inspection, for: target).text.isEmpty)
            precondition(!ImageProperties(of: inspection, for: target).text.isEmpty)
        }
        try walk(image)
    } catch {
        check(error)
    }
    return 0
}

/// Follows what is allocated, and reads the beginning and the end of each stretch and what lies before it.
private func walk(_ image: ImageFile) throws(DiskImageError) {
    var position: UInt64 = 0
    var steps = 0
    while steps < 64, let range = try image.allocatedRange(from: position) {
        precondition(!range.isEmpty && range.lowerBound >= position, "a stretch that leads nowhere")
        precondition(range.upperBound <= image.capacity, "a stretch past the capacity")
        if range.lowerBound > position {
            let gap = try image.some(at: position, before: range.lowerBound)
            precondition(gap.allSatisfy { $0 == 0 }, "data where none is allocated")
        }
        try? _ = image.some(at: range.lowerBound, before: range.upperBound)
        _ = try? image.some(at: range.upperBound - min(range.upperBound, 1000), before: range.upperBound)
        position = range.upperBound
        steps += 1
    }
}

private func check(_ error: DiskImageError) {
    precondition(
        !error.structure.isEmpty && !error.expected.isEmpty && !error.found.isEmpty, "an error without a reason")
    precondition(!"\(error)".isEmpty, "an error that prints as nothing")
}

extension ImageFile {
    fileprivate func some(at start: UInt64, before end: UInt64) throws(DiskImageError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0xA5, count: Int(min(end - start, 100_000)))
        var failure: DiskImageError?
        bytes.withUnsafeMutableBytes { buffer in
            do throws(DiskImageError) { try read(into: buffer, at: start) } catch { failure = error }
        }
        if let failure { throw failure }
        return bytes
    }
}

/// A folder in memory with the image under test, and beside it what the seeds refer to.
private struct ImageFolder {
    static let shared = ImageFolder()

    let image: String
    private let descriptor: Int32

    private init() {
        let folder = "/dev/shm/polyvisor-fuzz-\(getpid())"
        mkdir(folder, 0o700)
        image = folder + "/image"
        atexit { ImageFolder.shared.remove() }
        descriptor = open(image, O_RDWR | O_CREAT | O_TRUNC, 0o600)
        precondition(descriptor >= 0, "no folder in /dev/shm")
        let base = open(folder + "/base", O_RDWR | O_CREAT | O_TRUNC, 0o600)
        precondition(ftruncate(base, 1 << 20) == 0 && pwrite(base, "polyvisor", 9, 70_000) == 9)
        close(base)
    }

    private func remove() {
        let folder = String(image.dropLast("/image".utf8.count))
        unlink(image)
        unlink(folder + "/base")
        rmdir(folder)
    }

    /// - Parameter summingTar: gives the first two headers of tar their right sums, which chance would never meet.
    func put(_ bytes: UnsafeRawBufferPointer, summingTar: Bool = false) {
        precondition(ftruncate(descriptor, 0) == 0)
        precondition(bytes.isEmpty || pwrite(descriptor, bytes.baseAddress, bytes.count, 0) == bytes.count)
        guard summingTar, bytes.count >= 512, bytes[257] == UInt8(ascii: "u") else { return }
        sum(bytes, at: 0)
        // The descriptor takes two sectors in the seeds' tightest case; the next header is wherever sizes lead.
        let digits = bytes[124..<136].prefix { $0 >= 0x30 && $0 < 0x38 }
        let size = digits.reduce(0) { ($0 & 0xFF_FFFF) * 8 + Int($1 - 0x30) }
        sum(bytes, at: 512 + (size + 511) / 512 * 512)
    }

    private func sum(_ bytes: UnsafeRawBufferPointer, at place: Int) {
        guard place >= 0, place <= bytes.count - 512 else { return }
        let sum = (0..<512).reduce(0) { $0 + (148..<156 ~= $1 ? 0x20 : Int(bytes[place + $1])) }
        let digits = String(sum, radix: 8)
        let text = String(repeating: "0", count: max(0, 6 - digits.count)) + digits + "\0 "
        precondition(pwrite(descriptor, text, 8, off_t(place + 148)) == 8)
    }
}
