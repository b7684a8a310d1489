extension [RenderedFile] {
    /// The value that oslo.config takes from these files, read in this order: the last one counts, and `$$` is `$`.
    ///
    /// nil where no file sets the option, so that its default counts.
    public func value(_ section: String, _ option: String) -> String? {
        compactMap { file in try? INIDocument(file.contents).values(section, option).last }.last?
            .replacing("$$", with: "$")
    }
}
