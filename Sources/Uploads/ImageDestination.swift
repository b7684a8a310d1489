public import HTTP

/// A place that images are uploaded to.
public protocol ImageDestination: Sendable {
    /// For messages, e.g. `Glance: tiny-vmdk`.
    var name: String { get }

    /// Looks whether the image is there, and removes what killed runs left of it.
    ///
    /// - Parameter digest: what a finished image of ours has to bear to be the same.
    /// - Returns: whether it is there, so that nothing has to be sent.
    func prepare(for digest: String) async throws -> Bool

    /// Begins, by a mark that shows whose upload it is, and sends the image.
    func receive(_ body: HTTPBody, digest: String) async throws

    /// Compares what has arrived with what was sent, and gives it its final name or mark.
    func finish(_ receipt: UploadReceipt, digest: String) async throws

    /// Removes what was begun; nothing may be left of it.
    func abandon() async

    /// Whether an error means that the server takes no body without a length.
    func needsLength(_ error: any Error) -> Bool
}

/// What was sent.
public struct UploadReceipt: Sendable, Equatable {
    /// Bytes.
    public var size: Int64
    /// By algorithm as Glance names them, sha256 and sha512, in lower-case hexadecimal digits.
    public var checksums: [String: String]
}

/// What arrived is not what was sent.
struct UploadMismatch: Error, CustomStringConvertible {
    var place: String
    var what: String
    var sent: String
    var arrived: String

    var description: String { "\(place): \(what) of what arrived is \(arrived), of what was sent \(sent)" }
}

/// Why something could not be uploaded or removed, and what to do.
public struct UploadFailure: Error, CustomStringConvertible {
    /// What is where it should not be, or what could not be done.
    public var cause: String
    /// What to do about it, where that is known.
    public var hint: String?

    package init(cause: String, hint: String?) { (self.cause, self.hint) = (cause, hint) }

    public var description: String { cause + (hint.map { "\n  hint: \($0)" } ?? "") }
}

/// A failure that another attempt would meet again, so that nothing is sent once more.
struct UploadRefusal: Error, CustomStringConvertible {
    var cause: String
    var hint: String

    var description: String { "\(cause)\n  hint: \(hint)" }
}
