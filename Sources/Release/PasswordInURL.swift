/// Signs in the password of a URL that have a meaning there, and are not encoded.
///
/// oslo.messaging 14.0.3 (transport.py) splits hosts at `,` and takes what is before the last `@`; urlparse ends the host
/// at `/`, `?` and `#`. SQLAlchemy (engine/url.py) ends the password at the first `@`.
struct PasswordInURL {
    /// In the order in which they stand, each once.
    let unencoded: [Character]

    /// Nil where the text is no URL with a password.
    init?(_ value: String, isList: Bool) {
        guard let scheme = value.firstMatch(of: /^[A-Za-z][A-Za-z0-9+.\-]*:\/\//) else { return nil }
        let rest = value[scheme.range.upperBound...]
        let authority = rest.prefix { !"/?#".contains($0) }
        let hosts = isList ? authority.split(separator: ",", omittingEmptySubsequences: false) : [authority]
        let isWhole = hosts.allSatisfy(Self.isHost) && !Self.goesOn(rest.dropFirst(authority.count), after: authority)
        let passwords = isWhole ? hosts.compactMap(Self.password) : [Self.password(rest)].compactMap { $0 }
        guard !passwords.isEmpty else { return nil }
        var found: [Character] = []
        for sign in passwords.flatMap({ Self.signs(in: $0, isList: isList) }) where !found.contains(sign) {
            found.append(sign)
        }
        unencoded = found
    }

    /// Whether a part between commas is a host, with or without user and password before it.
    private static func isHost(_ text: Substring) -> Bool {
        let host = text.split(separator: "@", omittingEmptySubsequences: false).last ?? text
        return host.wholeMatch(of: /(\[[^\]]*\]|[^:]*)(:[0-9]*|:\$.*|:\{.*)?/) != nil
    }

    /// Whether the password goes on behind what a reader of URLs takes for its end.
    private static func goesOn(_ rest: Substring, after authority: Substring) -> Bool {
        !authority.contains("@") && authority.contains(":")
            && rest.prefix { $0 != "?" || !rest.contains("=") }.contains("@")
    }

    /// What is between the first `:` and the last `@`.
    private static func password(_ text: Substring) -> Substring? {
        guard let end = text.lastIndex(of: "@"), let colon = text[..<end].firstIndex(of: ":") else { return nil }
        return text[text.index(after: colon)..<end]
    }

    private static func signs(in password: Substring, isList: Bool) -> [Character] {
        var text = String(password.replacing(/%[0-9A-Fa-f]{2}/, with: ""))
        // Values that are filled in later, or refer to other options.
        text = String(text.replacing(/\$\$|\$\{?[A-Za-z_.]+\}?|\{\{.*?\}\}|<%.*?%>|%\([^)]*\)s|%[A-Z_]+%/, with: ""))
        return text.filter { (isList ? "@/?#%,[]" : "@/?#%[]").contains($0) }
    }

    /// `write %40 for @, %2F for /`.
    var hint: String {
        "write "
            + unencoded.map { "%\(String($0.asciiValue ?? 0, radix: 16, uppercase: true)) for \($0)" }
            .joined(separator: ", ")
    }
}

extension ServiceSettings {
    /// Warns without the password itself.
    func passwordsInURLs() -> [CrossFinding] {
        settings.filter { Self.isURL($0.option) }.compactMap { setting in
            for value in setting.values.map(Remark.stripped) {
                let isList = setting.option == "transport_url"
                guard let password = PasswordInURL(value, isList: isList), !password.unencoded.isEmpty else { continue }
                let signs = password.unencoded.map(String.init).joined(separator: " ")
                return setting.finding(
                    .doubtful, "\(setting.name): the password has \(signs) as it is, which has a meaning in a URL",
                    hint: password.hint)
            }
            return nil
        }
    }

    private static func isURL(_ option: String) -> Bool {
        ["connection", "connection_string", "slave_connection", "sql_connection"].contains(option)
            || option.hasSuffix("_url") || option.hasSuffix("_uri") || option.hasSuffix("_servers")
            || option == "url" || option == "proxy"
    }
}
