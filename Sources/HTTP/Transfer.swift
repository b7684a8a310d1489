internal import CCurl
import Foundation
import Synchronization

/// What one running request collects; curl's callbacks reach it through a pointer.
final class Transfer {
    private(set) var headers: [(String, String)] = []
    private(set) var body = Data()
    private(set) var overflowed = false
    private var file: FileHandle?
    private var upload: Data?
    private var sent: Int64 = 0
    private var progress: (@Sendable (Int64) -> Void)?
    private let limit: Int
    private let cancelled: Cancellation

    init(limit: Int, cancelled: Cancellation) {
        self.limit = limit
        self.cancelled = cancelled
    }

    /// Sets the body and the callbacks of a handle.
    func attach(_ request: HTTPRequest, to handle: EasyHandle) throws(CurlFailure) {
        let context = Unmanaged.passUnretained(self).toOpaque()
        try handle.set(pointer: CURLOPT_WRITEDATA, context)
        try handle.set(callback: CURLOPT_WRITEFUNCTION) { data, size, count, context in
            Transfer.at(context)?.receive(data, size * count) ?? 0
        }
        try handle.set(pointer: CURLOPT_HEADERDATA, context)
        try handle.set(callback: CURLOPT_HEADERFUNCTION) { data, size, count, context in
            Transfer.at(context)?.receiveHeader(data, size * count) ?? 0
        }
        try handle.set(pointer: CURLOPT_XFERINFODATA, context)
        try handle.set(progress: { context, _, _, _, _ in Transfer.at(context)?.cancelled.isSet == true ? 1 : 0 })
        try handle.set(CURLOPT_NOPROGRESS, 0)
        try attachBody(request.body, method: request.method, to: handle, context)
    }

    private func attachBody(
        _ body: HTTPBody, method: String, to handle: EasyHandle, _ context: UnsafeMutableRawPointer
    ) throws(CurlFailure) {
        switch body {
        case .none where method != "POST" && method != "PUT" && method != "PATCH":
            if method == "HEAD" { try handle.set(CURLOPT_NOBODY, 1) }
        case .none:
            upload = Data()
            try send(0, through: handle, context)
        case .data(let data):
            upload = data
            try send(Int64(data.count), through: handle, context)
        case .file(let path, let progress):
            guard let opened = FileHandle(forReadingAtPath: path), let size = try? opened.seekToEnd(),
                (try? opened.seek(toOffset: 0)) != nil
            else { throw CurlFailure(code: CURLE_READ_ERROR, words: "cannot read \(path)") }
            file = opened
            self.progress = progress
            try send(Int64(size), through: handle, context)
        }
        try handle.set(CURLOPT_CUSTOMREQUEST, method)
    }

    private func send(_ length: Int64, through handle: EasyHandle, _ context: UnsafeMutableRawPointer) throws(CurlFailure) {
        try handle.set(CURLOPT_UPLOAD, 1)
        try handle.set(size: CURLOPT_INFILESIZE_LARGE, length)
        try handle.set(pointer: CURLOPT_READDATA, context)
        try handle.set(callback: CURLOPT_READFUNCTION) { buffer, size, count, context in
            Transfer.at(context)?.supply(buffer, size * count) ?? Int(CURL_READFUNC_ABORT)
        }
    }

    private static func at(_ context: UnsafeMutableRawPointer?) -> Transfer? {
        context.map { Unmanaged<Transfer>.fromOpaque($0).takeUnretainedValue() }
    }

    private func receive(_ bytes: UnsafeMutablePointer<CChar>?, _ count: Int) -> Int {
        guard let bytes else { return 0 }
        guard body.count + count <= limit else {
            overflowed = true
            return 0
        }
        body.append(UnsafeRawPointer(bytes).assumingMemoryBound(to: UInt8.self), count: count)
        return count
    }

    private func receiveHeader(_ bytes: UnsafeMutablePointer<CChar>?, _ count: Int) -> Int {
        guard let bytes else { return 0 }
        let line = String(decoding: UnsafeRawBufferPointer(start: bytes, count: count), as: UTF8.self)
        // A status line begins another header block: 100 Continue came before.
        if line.hasPrefix("HTTP/") { headers = [] }
        if let colon = line.firstIndex(of: ":") {
            let value = line[line.index(after: colon)...].trimmingCharacters(in: .whitespacesAndNewlines)
            headers.append((String(line[..<colon]), value))
        }
        return count
    }

    private func supply(_ buffer: UnsafeMutablePointer<CChar>?, _ room: Int) -> Int {
        guard let buffer else { return Int(CURL_READFUNC_ABORT) }
        guard let piece = nextPiece(atMost: room) else { return Int(CURL_READFUNC_ABORT) }
        piece.withUnsafeBytes { bytes in
            if let start = bytes.baseAddress { memcpy(buffer, start, bytes.count) }
        }
        sent += Int64(piece.count)
        progress?(sent)
        return piece.count
    }

    private func nextPiece(atMost room: Int) -> Data? {
        if let file {
            do { return try file.read(upToCount: room) ?? Data() } catch { return nil }
        }
        guard let upload else { return nil }
        return upload.dropFirst(Int(sent)).prefix(room)
    }
}

/// Set when the task that waits for a transfer is cancelled.
final class Cancellation: Sendable {
    private let flag = Atomic(false)
    var isSet: Bool { flag.load(ordering: .relaxed) }
    func set() { flag.store(true, ordering: .relaxed) }
}
