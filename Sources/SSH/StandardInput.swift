import Foundation

/// Bytes on their way to a command's standard input, read piece by piece as they are needed.
struct StandardInput {
    enum Part {
        /// Sent, but no part of the digest.
        case frame(Data)
        case content(Data)
        /// So many bytes of a file on this machine.
        case file(FileHandle, name: String, size: Int)
        /// SHA-256 of the contents since the last digest, in hexadecimal, and a line end.
        case digest
    }

    /// A file on this machine that could not be read to the end.
    struct Failure: Error {
        let reason: String
    }

    static let chunkSize = 128 << 10
    private var parts: ArraySlice<Part>
    private var position = 0
    private var hash = SHA256()

    init(_ parts: [Part] = []) {
        self.parts = parts[...]
    }

    /// The next piece, never empty; nil at the end.
    mutating func next() throws(Failure) -> Data? {
        while let part = parts.first {
            let piece = try piece(of: part)
            position += piece.count
            if !piece.isEmpty { return piece }
            parts.removeFirst()
            position = 0
        }
        return nil
    }

    /// What comes next of a part; empty when all of it was given.
    private mutating func piece(of part: Part) throws(Failure) -> Data {
        switch part {
        case .frame(let data):
            return slice(of: data)
        case .content(let data):
            return hashed(slice(of: data))
        case .file(let handle, let name, let size):
            return hashed(try slice(of: handle, name: name, size: size))
        case .digest:
            guard position == 0 else { return Data() }
            defer { hash = SHA256() }
            return Data("\(SHA256.hexadecimal(hash.finish()))\n".utf8)
        }
    }

    private func slice(of data: Data) -> Data {
        data.dropFirst(position).prefix(Self.chunkSize)
    }

    private func slice(of handle: FileHandle, name: String, size: Int) throws(Failure) -> Data {
        let wanted = min(Self.chunkSize, size - position)
        guard wanted > 0 else { return Data() }
        let data: Data?
        do {
            data = try handle.read(upToCount: wanted)
        } catch {
            throw Failure(reason: "cannot read \(name): \(reasonOf(error))")
        }
        guard let data, !data.isEmpty else {
            throw Failure(reason: "\(name) became shorter while it was sent")
        }
        return data
    }

    private mutating func hashed(_ data: Data) -> Data {
        data.withUnsafeBytes { hash.update($0) }
        return data
    }
}
