import Glibc

/// Questions about paths that need no file to be opened.
enum FilePlace {
    /// The folder part of a path; "." for a bare name.
    static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// A name as a file in a folder gives it.
    static func path(of name: String, in folder: String) -> String {
        name.hasPrefix("/") || folder == "." ? name : folder + "/" + name
    }

    static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    /// Whether a path stays within a folder, by its words or by where its folder really is.
    static func isPath(_ path: String, below folder: String) -> Bool {
        if components(path).starts(with: components(folder)) { return true }
        guard let real = realPath(Self.folder(of: path)), let realFolder = realPath(folder) else { return false }
        // The name itself may still climb.
        return path.split(separator: "/").last != ".." && components(real).starts(with: components(realFolder))
    }

    private static func realPath(_ path: String) -> String? {
        guard let real = realpath(path, nil) else { return nil }
        defer { free(real) }
        return String(cString: real)
    }

    /// The names of a path from the root on, without "." and "..".
    private static func components(_ path: String) -> [Substring] {
        let absolute = path.hasPrefix("/") ? path : (realPath(".") ?? "/") + "/" + path
        var names: [Substring] = []
        for name in absolute.split(separator: "/") where name != "." {
            if name == ".." { _ = names.popLast() } else { names.append(name) }
        }
        return names
    }
}
