import Foundation

/// The known_hosts files of a target, read line by line.
///
/// libssh2's own reader stops at the first line it does not understand, and knows neither line numbers
/// nor patterns nor markers; of its API only the comparison of hashed names is used.
struct KnownHosts {
    struct Entry: Equatable {
        let file: String
        let line: Int
        /// `@revoked`, `@cert-authority` or nil.
        let marker: Substring?
        /// Comma-separated patterns, or one hashed name.
        let names: Substring
        let key: HostKey

        /// "~/.ssh/known_hosts:12"
        var place: String { "\(file):\(line)" }
        var isRevoked: Bool { marker == "@revoked" }
        /// Its key signs host keys and is none itself; libssh2 knows no certificates.
        var isAuthority: Bool { marker == "@cert-authority" }
    }

    /// What the files say about a key that a host showed.
    enum Verdict: Equatable {
        case known
        case unknown
        case revoked(Entry)
        case mismatch(Entry)
    }

    /// Of host keys.
    let entries: [Entry]
    /// Of certificate authorities.
    let authorities: [Entry]
    /// Compares a name with a hashed one, `|1|salt|hash`; by libssh2.
    let isHash: (_ hashed: Substring, _ name: String) -> Bool

    init(files: [String], node: String, isHash: @escaping (Substring, String) -> Bool) throws(SSHError) {
        self.isHash = isHash
        var entries: [Entry] = []
        for file in files {
            entries += try Self.entries(of: file, node: node)
        }
        self.entries = entries.filter { !$0.isAuthority }
        authorities = entries.filter(\.isAuthority)
    }

    private static func entries(of file: String, node: String) throws(SSHError) -> [Entry] {
        let path = expandingHome(file)
        guard FileManager.default.fileExists(atPath: path) else { return [] }
        let data: Data
        do {
            data = try Data(contentsOf: URL(fileURLWithPath: path))
        } catch {
            throw SSHError(
                .io, node: node, doing: "read the known hosts in \(file)", reason: reasonOf(error),
                hint: "make it a readable file, or name another")
        }
        let text = String(decoding: data, as: UTF8.self)
        return text.split(separator: "\n", omittingEmptySubsequences: false).enumerated().compactMap {
            entry($0.element, file: file, line: $0.offset + 1)
        }
    }

    /// nil for blank lines, comments, and what we have no use for.
    static func entry(_ line: Substring, file: String, line number: Int) -> Entry? {
        var words = line.split(whereSeparator: { $0 == " " || $0 == "\t" || $0 == "\r" || $0 == "\r\n" })[...]
        guard let first = words.first, !first.hasPrefix("#") else { return nil }
        let marker = first.hasPrefix("@") ? words.removeFirst() : nil
        guard marker == nil || marker == "@revoked" || marker == "@cert-authority", words.count >= 3,
            let blob = Data(base64Encoded: String(words[words.startIndex + 2]))
        else { return nil }
        let key = HostKey(blob: blob)
        guard key.algorithm == words[words.startIndex + 1] else { return nil }
        return Entry(file: file, line: number, marker: marker, names: words[words.startIndex], key: key)
    }

    /// Algorithms of the keys that are known for a target, in the files' order.
    func algorithms(for target: SSHTarget) -> [String] {
        let named = entries(named: target.knownHostsName)
        let relevant = named.isEmpty && target.port != 22 ? entries(named: target.host) : named
        return relevant.filter { !$0.isRevoked }.map(\.key.algorithm)
    }

    /// Off port 22, a line for the bare host may vouch for a key, as OpenSSH has it, but not contradict one:
    /// it speaks of another server.
    func judge(_ key: HostKey, of target: SSHTarget) -> Verdict {
        let named = entries(named: target.knownHostsName)
        let bare = target.port == 22 ? [] : entries(named: target.host)
        if let revoked = (named + bare).first(where: { $0.isRevoked && $0.key == key }) { return .revoked(revoked) }
        if (named + bare).contains(where: { !$0.isRevoked && $0.key == key }) { return .known }
        // An RSA key cannot be asked for where only SHA-1 is known, so its absence proves nothing.
        let others = named.filter {
            !$0.isRevoked && ($0.key.algorithm != "ssh-rsa" || key.algorithm == "ssh-rsa" || signsRSAWithSHA2)
        }
        let other = others.first { $0.key.algorithm == key.algorithm } ?? others.first
        return other.map { .mismatch($0) } ?? .unknown
    }

    private func entries(named name: String) -> [Entry] { entries.filter { names($0, name) } }

    private func names(_ entry: Entry, _ name: String) -> Bool {
        entry.names.hasPrefix("|") ? isHash(entry.names, name.lowercased()) : Self.matches(entry.names, name)
    }

    /// The line that leaves it to a certificate authority to vouch for a target; nil if there is none.
    func authority(for target: SSHTarget) -> Entry? {
        authorities.first { names($0, target.knownHostsName) || names($0, target.host) }
    }

    /// Whether a list of patterns with `*`, `?` and `!` names a host; the last word is the `!`'s (sshd(8)).
    static func matches(_ patterns: Substring, _ name: String) -> Bool {
        let name = name.lowercased()
        var isNamed = false
        for pattern in patterns.lowercased().split(separator: ",") {
            let isNegated = pattern.hasPrefix("!")
            guard matches(glob: Array(pattern.utf8)[(isNegated ? 1 : 0)...], Array(name.utf8)[...]) else { continue }
            if isNegated { return false }
            isNamed = true
        }
        return isNamed
    }

    private static func matches(glob: ArraySlice<UInt8>, _ name: ArraySlice<UInt8>) -> Bool {
        guard let first = glob.first else { return name.isEmpty }
        let rest = glob.dropFirst()
        if first == UInt8(ascii: "*") {
            return matches(glob: rest, name) || (!name.isEmpty && matches(glob: glob, name.dropFirst()))
        }
        guard let letter = name.first, first == UInt8(ascii: "?") || first == letter else { return false }
        return matches(glob: rest, name.dropFirst())
    }
}

/// `~` and `~/…` as the user's home directory.
func expandingHome(_ path: String) -> String {
    NSString(string: path).expandingTildeInPath
}

/// The system's words for a Foundation error, without Foundation's around them.
func reasonOf(_ error: any Error) -> String {
    // No `as? NSError`: on Linux that is nil for what is one.
    let underlying = (error as NSError).userInfo[NSUnderlyingErrorKey] as? any Error
    if let posix = underlying.map({ $0 as NSError }), posix.domain == NSPOSIXErrorDomain {
        return systemError(Int32(posix.code))
    }
    return (error as NSError).localizedDescription
}
