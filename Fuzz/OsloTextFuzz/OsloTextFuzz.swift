import Release

/// libFuzzer's entry: any bytes have to give entries and faults whose lines lie in the text, and a lint that prints them
/// without what a terminal would obey, never a crash.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneFile(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = UnsafeBufferPointer(start: start, count: count)
    let text = OsloText(bytes)
    let lines = 1 + bytes.count { $0 == 0x0A || $0 == 0x0D }
    for entry in text.entries {
        precondition(entry.line >= 1 && entry.line + entry.length - 1 <= lines, "an option outside of the text")
        precondition(!entry.option.isEmpty && !entry.section.isEmpty, "an option without a name")
        precondition(!text.values(entry.section, entry.option).isEmpty, "an option that cannot be found")
    }
    precondition(text.faults.allSatisfy { 1...lines ~= $0.line }, "a fault outside of the text")
    precondition(text.headers.allSatisfy { 1...lines ~= $0.line }, "a section outside of the text")
    let set = text.settings(file: "nova.conf").reduce(0) { $0 + $1.setting.values.count }
    precondition(set == text.entries.count, "a setting that is lost")
    return 0
}
