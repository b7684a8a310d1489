extension VCenterConnection {
    /// The folder that everything is in; no view of what is below it has it. Privileges of the whole server count there.
    public nonisolated var rootFolder: ManagedObjectReference { content.rootFolder }
}
