import Foundation
public import HTTP
import Records
import Synchronization
public import VSphere

/// A file on a datastore of a vCenter.
///
/// It is sent under a name that says whose upload it is, read back, and then given its own name. A small file beside it,
/// `NAME.polyvisor`, keeps what it was made of: it makes a file ours, and shows a later run that nothing has to be sent.
public final class DatastoreDestination: ImageDestination {
    /// What stands beside a file of ours.
    struct Record: Codable, Equatable {
        var digest: String
        var size: Int64
        var sha256: String
    }

    private static let suffix = ".polyvisor-part"
    private let datastore: DatastoreAccess
    private let path: DatastorePath
    private let readsBack: Bool
    /// In the name under which this run sends, so that it knows what an attempt of its own could not remove.
    private let mark = UploadMark()
    private let begun = Mutex<DatastorePath?>(nil)

    /// - Parameter readsBack: whether what arrived is read back to compare its checksum, which a datastore does not tell;
    ///   otherwise its size alone is compared.
    public init(_ path: DatastorePath, on datastore: DatastoreAccess, readsBack: Bool = true) {
        self.path = path
        self.datastore = datastore
        self.readsBack = readsBack
    }

    public var name: String { "datastore: \(path)" }

    public func prepare(for digest: String) async throws -> Bool {
        guard let files = try await datastore.list(path.parent) else {
            throw UploadFailure(cause: "there is no directory \(path.parent)", hint: "make it, or name another")
        }
        try await removeLeftovers(files)
        guard let file = files.first(where: { $0.name == path.name }) else { return false }
        let kept = try await datastore.read(path.uploadRecord).flatMap {
            try? JSONDecoder().decode(Record.self, from: $0)
        }
        guard let kept else {
            throw UploadFailure(
                cause: "there is a file \(path) that Polyvisor did not upload",
                hint: "give yours another name, or remove it")
        }
        return kept.digest == digest && kept.size == file.size
    }

    /// What runs that were killed left of this very file.
    private func removeLeftovers(_ files: [DatastoreFile]) async throws {
        let prefix = path.name + "."
        for file in files where file.name.hasPrefix(prefix) && file.name.hasSuffix(Self.suffix) {
            let mark = String(file.name.dropFirst(prefix.count).dropLast(Self.suffix.count))
            // A name that has no mark of ours in it is not ours.
            guard let upload = UploadMark(text: mark) else { continue }
            guard upload == self.mark || upload.isOver() else {
                throw UploadFailure(
                    cause: "\(path) is being uploaded by another run, as \(file.name)",
                    hint: "wait for it; if it is dead, remove that file")
            }
            try await datastore.delete(path.parent.appending(file.name))
        }
    }

    public func receive(_ body: HTTPBody, digest: String) async throws {
        let part = path.parent.appending("\(path.name).\(mark.text)\(Self.suffix)")
        begun.withLock { $0 = part }
        try await datastore.write(body, to: part)
    }

    public func finish(_ receipt: UploadReceipt, digest: String) async throws {
        guard let part = begun.withLock(\.self) else { return }
        try await datastore.compare(part, with: receipt, readsBack: readsBack, as: name)
        // In this order a kill leaves nothing that would be taken for another's file, or for a whole one.
        try await datastore.delete(path)
        let kept = Record(digest: digest, size: receipt.size, sha256: receipt.checksums["sha256"] ?? "")
        try await datastore.write(try JSONEncoder().encode(kept), to: path.uploadRecord)
        try await datastore.move(part, to: path)
        begun.withLock { $0 = nil }
    }

    public func abandon() async {
        guard let part = begun.withLock(\.self) else { return }
        begun.withLock { $0 = nil }
        // In a task of its own: ours may be cancelled. What resists is found by the next run.
        _ = await Task { [datastore] in try await datastore.delete(part) }.result
    }

    public func needsLength(_ error: any Error) -> Bool { error.refusesChunks }
}

extension Error {
    /// 411 and 501: the datastores' server does not take chunks.
    var refusesChunks: Bool {
        guard let kind = (self as? VSphereError)?.kind else { return false }
        return kind == .httpStatus(411) || kind == .httpStatus(501)
    }
}

extension DatastoreAccess {
    /// Looks whether a file is what was sent.
    ///
    /// - Parameters:
    ///   - readsBack: whether its checksum is compared, for which it is read back; otherwise its size alone is.
    ///   - place: what a message calls it.
    /// - Throws: `UploadMismatch`.
    func compare(
        _ file: DatastorePath, with receipt: UploadReceipt, readsBack: Bool, as place: String
    ) async throws {
        func same(_ what: String, _ sent: String, _ arrived: String?) throws {
            guard sent == arrived else {
                throw UploadMismatch(place: place, what: what, sent: sent, arrived: arrived ?? "none")
            }
        }
        try same("the size", "\(receipt.size)", try await find(file)?.size.map(String.init))
        guard readsBack else { return }
        let found = try await contents(of: file)
        try same("the size", "\(receipt.size)", found.map { String($0.size) })
        try same("sha256", receipt.checksums["sha256"] ?? "", found?.sha256)
    }
}

extension DatastorePath {
    /// Ends the name of the file that tells of an upload.
    static let uploadRecordSuffix = ".polyvisor"

    /// Where an upload to this path is told of.
    var uploadRecord: DatastorePath { parent.appending(name + Self.uploadRecordSuffix) }
}
