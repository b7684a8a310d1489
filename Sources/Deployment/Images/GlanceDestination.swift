public import HTTP
import Foundation
public import OpenStack
import Synchronization

/// An image in Glance, found by its name.
public final class GlanceDestination: ImageDestination {
    /// The property that a finished image of ours bears: what it was made of.
    static let digestProperty = GlanceImage.digestProperty
    /// The property that an image bears while it is uploaded: by whom.
    static let ownerProperty = "polyvisor_upload"

    private let cloud: Cloud
    private let image: NewImage
    private let warn: @Sendable (String) -> Void
    /// On every image that this run makes, so that it knows what an attempt of its own could not remove.
    private let mark = UploadMark()
    private let made = Mutex<String?>(nil)

    /// - Parameter image: with its properties; the marks of ours come from here.
    public init(_ image: NewImage, in cloud: Cloud, warn: @escaping @Sendable (String) -> Void = { _ in }) {
        self.cloud = cloud
        self.image = image
        self.warn = warn
    }

    public var name: String { "Glance: \(image.name)" }

    /// An image of this name that we did not upload is a conflict; one of ours that is not the same is replaced.
    public func prepare(for digest: String) async throws -> Bool {
        let there = try await cloud.images().filter { $0.name == image.name }
        try checkOurs(there)
        let kept = there.first {
            $0.status == "active" && $0.diskFormat == image.diskFormat && $0.properties[Self.digestProperty] == digest
        }
        for other in there where other.id != kept?.id { try await cloud.deleteImage(other.id) }
        guard let kept else { return false }
        let wrong = image.properties.filter { kept.properties[$0.key] != $0.value }
        try await cloud.change(properties: wrong.mapValues { .some($0) }, ofImage: kept.id)
        return true
    }

    private func checkOurs(_ images: [Image]) throws {
        for image in images where image.properties[Self.digestProperty] == nil {
            guard let mark = image.properties[Self.ownerProperty] else {
                throw ActionFailure(
                    cause: "there is an image \(image.name ?? image.id) (\(image.id)) that Polyvisor did not upload",
                    hint: "give yours another name, or remove it from Glance")
            }
            let upload = UploadMark(text: mark)
            guard upload == self.mark || upload?.isOver() != false else {
                throw ActionFailure(
                    cause: "image \(image.name ?? image.id) (\(image.id)) is being uploaded by another run",
                    hint: "wait for it; if it is dead, remove the image from Glance")
            }
        }
    }

    public func receive(_ body: HTTPBody, digest: String) async throws {
        var new = image
        new.properties[Self.ownerProperty] = mark.text
        let id = try await cloud.createImage(new).id
        made.withLock { $0 = id }
        try await cloud.sendData(body, toImage: id, named: image.name)
    }

    public func finish(_ receipt: UploadReceipt, digest: String) async throws {
        guard let id = made.withLock(\.self), let done = try await cloud.image(id) else {
            throw ActionFailure(cause: "\(name) has vanished after its upload", hint: nil)
        }
        guard done.status == "active" else {
            throw UploadMismatch(place: name, what: "the status", sent: "active", arrived: done.status)
        }
        guard done.size == receipt.size else {
            throw UploadMismatch(
                place: name, what: "the size", sent: "\(receipt.size)",
                arrived: "\(done.size.map(String.init) ?? "none")")
        }
        let algorithm = done.hashAlgorithm ?? "none"
        if let sent = receipt.checksums[algorithm] {
            guard done.hashValue == sent else {
                throw UploadMismatch(place: name, what: algorithm, sent: sent, arrived: done.hashValue ?? "none")
            }
        } else {
            warn("\(name): only the size was compared: Glance's os_hash_algo is \(algorithm), not sha256 or sha512")
        }
        try await cloud.change(properties: [Self.digestProperty: digest, Self.ownerProperty: nil], ofImage: id)
        made.withLock { $0 = nil }
    }

    public func abandon() async {
        guard let id = made.withLock(\.self) else { return }
        made.withLock { $0 = nil }
        // In a task of its own: ours may be cancelled. Why it failed matters more than whether this works.
        let result = await Task { [cloud] in try await cloud.deleteImage(id) }.result
        if case .failure(let error) = result { warn("\(name) (\(id)) could not be removed: \(error)") }
    }

    /// Glance takes chunks.
    public func needsLength(_ error: any Error) -> Bool { false }
}
