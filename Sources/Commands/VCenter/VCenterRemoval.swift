import ArgumentParser

/// How the commands that find something on datastores are told to remove it.
struct VCenterRemoval: ParsableArguments {
    @Flag(help: "Remove what may be removed, after asking for each.")
    var remove = false

    @Flag(help: "Do not ask.")
    var yes = false

    /// Whether what is at a path is to be removed.
    func wants(_ path: String, _ console: Console) -> Bool {
        remove && (yes || console.confirm("Remove \(path)?"))
    }
}
