/// The memory that vSphere gives to a virtual machine.
public enum VSphereMemory {
    /// Why vSphere makes no virtual machine with so much memory, and what to do; nil: it does.
    ///
    /// "Memory size (…) is not a multiple of 4" is what CreateVM_Task answers, and Nova passes on (Launchpad bug 1966987).
    public static func refusal(ofMiB memory: Int) -> (what: String, fix: String)? {
        guard memory % 4 != 0 else { return nil }
        return (
            "\(memory) MB of memory is not a multiple of 4 MB, so vSphere refuses the virtual machine",
            "use \((memory / 4 + 1) * 4) MB"
        )
    }
}
