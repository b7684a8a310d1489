import HTTP

/// What a server on loopback shows.
enum HTTPCertificate {
    static func read(_ port: Int) async throws -> ServerCertificate {
        try await ServerCertificate.read(from: "127.0.0.1", port: port)
    }

    static func sha256(_ port: Int) async throws -> String { try await read(port).sha256 }

    static func digest(_ pem: String) -> String? { ServerCertificate.sha256(ofPEM: pem) }
}
