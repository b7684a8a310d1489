internal import Crypto
public import Foundation
import HTTP
import Synchronization
import Wording

/// Moving bytes, over the HTTP folder.
extension DatastoreAccess {
    /// What an upload is checked by.
    public struct Contents: Sendable, Equatable {
        /// Bytes.
        public let size: Int64
        /// SHA-256, 64 lower-case hexadecimal digits.
        public let sha256: String

        /// What the bytes have to be.
        public init(size: Int64, sha256: String) {
            self.size = size
            self.sha256 = sha256
        }
    }

    /// Uploads a file of this machine beside its place and moves it there when all of it has arrived, so that nothing
    /// half-made ever stands under its name. What is there already is not replaced.
    ///
    /// Its directory has to be there. What a failed upload leaves is deleted, if the server can still be reached.
    ///
    /// - Parameter progress: gets the bytes sent so far; often, and on the thread of the transfers.
    public func upload(
        _ file: String, to path: DatastorePath, progress: (@Sendable (Int64) -> Void)? = nil
    ) async throws(VSphereError) {
        let part = path.parent.appending(path.name + Self.partSuffix)
        do throws(VSphereError) {
            try await put(.file(file, progress: progress), at: part)
            try await check(part, against: file)
            try await move(part, to: path)
        } catch {
            // Also where this task was cancelled.
            let remainder = Task { _ = try? await delete(part) }
            await remainder.value
            throw error
        }
    }

    /// A status that says all is well is not enough: what counts is what is there.
    private func check(_ part: DatastorePath, against file: String) async throws(VSphereError) {
        let size = (try? FileManager.default.attributesOfItem(atPath: file)[.size]) as? Int64
        let found = try await find(part)
        guard let found, found.size == nil || found.size == size else {
            throw Trouble(
                .connection, "\(found?.size ?? 0) of \(size ?? 0) bytes are there after the upload",
                hint: "has the file changed meanwhile, or is the datastore full?"
            ).at(connection.endpoint.label, doing: "upload \(part)")
        }
    }

    /// Ends the name of a file that is not complete yet.
    static let partSuffix = ".polyvisor-part"

    /// Uploads bytes to their place at once.
    public func write(_ data: Data, to path: DatastorePath) async throws(VSphereError) {
        try await put(.data(data), at: path)
    }

    /// The whole of a small file.
    ///
    /// - Throws: `malformedResponse` if it has more bytes than that.
    public func read(_ path: DatastorePath, limit: Int = 1 << 20) async throws(VSphereError) -> Data? {
        let all = Mutex((data: Data(), isTooLarge: false))
        do throws(VSphereError) {
            let found = try await get(path) { piece in
                try all.withLock { all in
                    all.isTooLarge = all.data.count + piece.count > limit
                    if all.isTooLarge { throw Trouble(.malformedResponse, "too large") }
                    all.data.append(piece)
                }
            }
            return found ? all.withLock { $0.data } : nil
        } catch {
            guard all.withLock({ $0.isTooLarge }) else { throw error }
            throw Trouble(.malformedResponse, "it has more than \(limit) bytes")
                .at(connection.endpoint.label, doing: "download \(path)")
        }
    }

    /// Reads a file back and tells what is in it; nil if there is none. Nothing of it is kept.
    public func contents(of path: DatastorePath) async throws(VSphereError) -> Contents? {
        let state = Mutex((hash: SHA256(), size: Int64(0)))
        let found = try await get(path) { piece in
            state.withLock { state in
                state.hash.update(data: piece)
                state.size += Int64(piece.count)
            }
        }
        guard found else { return nil }
        return state.withLock { state in
            Contents(size: state.size, sha256: state.hash.finalize().hexadecimal)
        }
    }

    func put(_ body: HTTPBody, at path: DatastorePath) async throws(VSphereError) {
        let answer = try await transfer("PUT", path, body, nil)
        guard (200..<300).contains(answer.status) else { throw refused(answer, "upload \(path)") }
    }

    /// false if there is no such file.
    private func get(_ path: DatastorePath, _ receive: @escaping @Sendable (Data) throws -> Void)
        async throws(VSphereError) -> Bool
    {
        let answer = try await transfer("GET", path, .none, receive)
        if answer.status == 404 { return false }
        guard (200..<300).contains(answer.status) else { throw refused(answer, "download \(path)") }
        return true
    }

    /// Bytes move for as long as they move: what ends a transfer is that none does.
    private func transfer(
        _ method: String, _ path: DatastorePath, _ body: HTTPBody, _ receive: (@Sendable (Data) throws -> Void)?
    ) async throws(VSphereError) -> HTTPResponse {
        let doing = "\(method == "PUT" ? "upload" : "download") \(path)"
        return try await connection.perform(doing) { (session) throws(Trouble) in
            let request = HTTPRequest(
                method: method, url: url(of: path),
                headers: [("Cookie", session.cookie), ("Content-Type", "application/octet-stream")], body: body,
                timeout: .seconds(24 * 3600), stallTimeout: connection.endpoint.timeout)
            do {
                let answer = try await connection.client.send(request, receive: receive)
                // The renewal of a session that has ended begins the transfer again.
                if answer.status == 401 { throw Trouble(.notAuthenticated, "the session is not accepted") }
                return answer
            } catch let error as HTTPError {
                throw Trouble(error)
            } catch let error as Trouble {
                throw error
            } catch {
                throw Trouble(.connection, "\(error)")
            }
        }
    }

    private func refused(_ answer: HTTPResponse, _ doing: String) -> VSphereError {
        let trouble =
            switch answer.status {
            case 403: Trouble(.noPermission, "it is forbidden", hint: "the account needs Datastore.FileManagement")
            case 404:
                Trouble(.fault("FileNotFound"), "there is no such directory, datastore or datacenter (status 404)")
            case 507: Trouble(.fault("NoDiskSpace"), "the datastore is full (status 507)")
            default: Trouble(.httpStatus(answer.status), "the server answered with HTTP status \(answer.status)")
            }
        return trouble.at(connection.endpoint.label, doing: doing)
    }

    func url(of path: DatastorePath) -> String { connection.endpoint.base + folderURL(of: path) }

    /// A file's place in the HTTP folder, behind the server's name: `/folder/PATH?dcPath=DATACENTER&dsName=DATASTORE`.
    public func folderURL(of path: DatastorePath) -> String {
        func escaped(_ text: String, _ more: String = "") -> String {
            let unreserved = CharacterSet(
                charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~" + more)
            return text.addingPercentEncoding(withAllowedCharacters: unreserved) ?? ""
        }
        return "/folder/" + escaped(path.path, "/") + "?dcPath=" + escaped(datacenterPath) + "&dsName="
            + escaped(path.datastore)
    }
}
