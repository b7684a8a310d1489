import HTTP

extension Trouble {
    /// What kept a message from being exchanged at all.
    init(_ error: HTTPError) {
        let kind: VSphereError.Kind =
            switch error.kind {
            case .unreachable, .resolve: .unreachable
            case .tls: .untrustedCertificate
            case .timeout: .timeout
            case .cancelled: .cancelled
            case .tooLarge: .malformedResponse
            case .file, .protocolFailure: .connection
            }
        self.init(kind, error.reason, hint: error.hint)
    }
}

extension Trouble {
    /// How long to wait before a call is made again; throws the trouble where it is not.
    func pause(before attempt: Int, of method: VimMethod) throws(Trouble) -> Duration {
        switch kind {
        case .httpStatus(503) where attempt <= 3: retryAfter ?? .seconds(attempt)
        case .connection where method.isRead && attempt <= 1: .zero
        default: throw self
        }
    }
}
