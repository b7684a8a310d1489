extension Lab {
    /// A path of the topology (`file`, `ca_file`, `identity_file`, `known_hosts`) as this machine can open it.
    ///
    /// Relative paths are relative to the directory of the topology file, so that a lab can be used from
    /// anywhere; `~/` is the home directory of whoever runs Polyvisor.
    public func path(_ written: String, home: String) -> String {
        if written == "~" { return home }
        if written.hasPrefix("~/") { return home + written.dropFirst() }
        guard !written.hasPrefix("/"), let slash = file.lastIndex(of: "/") else { return written }
        return file[...slash] + written
    }
}
