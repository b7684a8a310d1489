/// A remark behind a value. oslo.config knows comments on lines of their own only (oslo_config/iniparser.py), so it
/// takes such a remark for a part of the value.
enum Remark {
    /// Where a remark seems to begin: `#` after a blank, or `;` between two.
    static func range(in value: String) -> Range<String.Index>? {
        guard value.utf8.contains(where: { $0 == UInt8(ascii: "#") || $0 == UInt8(ascii: ";") }) else { return nil }
        return value.firstRange(of: /\s+(#(?=\s|[A-Za-z])|;(?=\s))/)
    }

    /// The value that was meant.
    static func stripped(_ value: String) -> String {
        range(in: value).map { String(value[..<$0.lowerBound]) } ?? value
    }

    static let hint = "put the remark on a line of its own"
}

extension ServiceSettings {
    /// Warns of each remark; where the value without it is a name that the release has, it breaks for certain.
    func remarks() -> [CrossFinding] {
        settings.filter { !isRefused($0) && !Self.isText($0.option) }.compactMap { setting in
            guard let value = setting.values.last(where: { Remark.range(in: $0) != nil }) else { return nil }
            if let code = NamedCode.all.first(where: { $0.applies(to: setting) }),
                code.members(of: Remark.stripped(value)).last.map({ self.code.judge($0, of: code) }) == .known
            {
                return setting.finding(
                    .contradiction,
                    "\(setting.name): the remark is part of the value, so there is no such \(code.word) in"
                        + " \(catalog.release), and \(code.consequence)", hint: Remark.hint)
            }
            if setting.option == "compute_driver", computeDriverClass(setting, Remark.stripped(value)).isEmpty {
                return setting.finding(
                    .contradiction,
                    "\(setting.name): the remark is part of the value, so there is no such driver, and nova-compute stops",
                    hint: Remark.hint)
            }
            return setting.finding(
                .remark,
                "\(setting.name): “ # …” is part of the value, for oslo.config knows no comments behind values"
                    .replacing("#", with: Self.sign(value)), hint: Remark.hint)
        }
    }

    private static func sign(_ value: String) -> String {
        Remark.range(in: value).flatMap { value[$0].last }.map(String.init) ?? "#"
    }

    /// Texts for people and formats of logs may have such signs.
    private static func isText(_ option: String) -> Bool {
        ["format", "message", "banner", "description", "filter", "command", "helper", "prefix"].contains {
            option.contains($0)
        }
    }
}
