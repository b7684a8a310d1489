import Foundation
public import HTTP
import ImageMeta
public import OpenStack
import Records
import Synchronization

/// An image in Glance, found by its name; its data goes to Glance, or to a datastore that Glance is told of.
public final class GlanceDestination: ImageDestination {
    /// The property that a finished image of ours bears: what it was made of.
    static let digestProperty = ImageTags.digest
    /// The property that an image bears while it is uploaded: by whom.
    static let ownerProperty = "polyvisor_upload"
    /// The property that it bears meanwhile if its data goes elsewhere: where to.
    static let placeProperty = "polyvisor_upload_place"

    private let cloud: Cloud
    private let image: NewImage
    private let store: GlanceStore?
    private let warn: @Sendable (String) -> Void
    /// On every image that this run makes, so that it knows what an attempt of its own could not remove.
    private let mark = UploadMark()
    private let made = Mutex<String?>(nil)

    /// - Parameters:
    ///   - image: with its properties; the marks of ours come from here.
    ///   - store: where its data goes; nil: to Glance, which puts it into its default store.
    public init(
        _ image: NewImage, in cloud: Cloud, store: GlanceStore? = nil,
        warn: @escaping @Sendable (String) -> Void = { _ in }
    ) {
        self.cloud = cloud
        self.image = image
        self.store = store
        self.warn = warn
    }

    public var name: String { "Glance: \(image.name)" }

    /// An image of this name that we did not upload is a conflict; one of ours that is not the same is replaced.
    public func prepare(for digest: String) async throws -> Bool {
        try await store?.check(in: cloud)
        let there = try await cloud.images().filter { $0.name == image.name }
        try checkOurs(there)
        let kept = try await find(digest, in: there)
        for other in there where other.id != kept?.id { try await remove(other) }
        guard let kept else { return false }
        let wrong = image.properties.filter { kept.properties[$0.key] != $0.value }
        try await cloud.change(properties: wrong.mapValues { .some($0) }, ofImage: kept.id)
        return true
    }

    private func find(_ digest: String, in images: [Image]) async throws -> Image? {
        for found in images
        where found.status == "active" && found.diskFormat == image.diskFormat
            && found.properties[Self.digestProperty] == digest
        {
            if try await store?.has(found) ?? true { return found }
        }
        return nil
    }

    /// Glance removes the data of an image that has it. What was on its way elsewhere Glance does not know of: we remove
    /// it first, so that a kill in between leaves the image, which tells the next run.
    private func remove(_ old: Image) async throws {
        if let place = old.properties[Self.placeProperty] {
            if let store, store.place == place {
                try await store.remove(old.id)
            } else {
                warn("a killed upload of \(image.name) may have left \(place)/\(old.id): remove that file")
            }
        }
        try await cloud.deleteImage(old.id)
    }

    private func checkOurs(_ images: [Image]) throws {
        for image in images where image.properties[Self.digestProperty] == nil {
            guard let mark = image.properties[Self.ownerProperty] else {
                throw UploadFailure(
                    cause: "there is an image \(image.name ?? image.id) (\(image.id)) that Polyvisor did not upload",
                    hint: "give yours another name, or remove it from Glance")
            }
            let upload = UploadMark(text: mark)
            guard upload == self.mark || upload?.isOver() != false else {
                throw UploadFailure(
                    cause: "image \(image.name ?? image.id) (\(image.id)) is being uploaded by another run",
                    hint: "wait for it; if it is dead, remove the image from Glance")
            }
        }
    }

    public func receive(_ body: HTTPBody, digest: String) async throws {
        var new = image
        new.properties[Self.ownerProperty] = mark.text
        if let store { new.properties[Self.placeProperty] = store.place }
        let begun = try await cloud.createImage(new)
        made.withLock { $0 = begun.id }
        if let store {
            try await store.write(body, of: begun)
        } else {
            try await cloud.sendData(body, toImage: begun.id, named: image.name)
        }
    }

    public func finish(_ receipt: UploadReceipt, digest: String) async throws {
        guard let id = made.withLock(\.self) else { return }
        let isHashed = try await store?.finish(receipt, of: id, in: cloud) ?? true
        guard let done = try await cloud.image(id) else {
            throw UploadFailure(cause: "\(name) has vanished after its upload", hint: nil)
        }
        try compare(done, with: receipt, isHashed: isHashed)
        var marks: [String: String?] = [Self.digestProperty: digest, Self.ownerProperty: nil]
        if store != nil { marks[Self.placeProperty] = .some(nil) }
        try await cloud.change(properties: marks, ofImage: id)
        made.withLock { $0 = nil }
    }

    private func compare(_ done: Image, with receipt: UploadReceipt, isHashed: Bool) throws {
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
        } else if isHashed {
            warn("\(name): only the size was compared: Glance's os_hash_algo is \(algorithm), not sha256 or sha512")
        } else {
            warn("\(name): Glance has no hash of it, as its hashing_algorithm is neither sha512 nor sha256")
        }
    }

    public func abandon() async {
        guard let id = made.withLock(\.self) else { return }
        made.withLock { $0 = nil }
        // In a task of its own: ours may be cancelled. Why it failed matters more than whether this works.
        let result = await Task { [cloud, store] in
            try await store?.remove(id)
            try await cloud.deleteImage(id)
        }.result
        if case .failure(let error) = result { warn("\(name) (\(id)) could not be removed: \(error)") }
    }

    /// Glance takes chunks, but not each server of datastores.
    public func needsLength(_ error: any Error) -> Bool { error.refusesChunks }
}
