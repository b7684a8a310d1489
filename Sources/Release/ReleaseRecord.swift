import Foundation

/// What `releases.json` says of a release; scripts/make-catalogue writes it.
struct ReleaseRecord: Sendable, Decodable {
    var name: String
    /// The release in the option files.
    var letter: String
    var era: Era
    var codeName: String?
    var number: String?
    var date: String?
    /// The versions of the packages that the catalogue was read from, by project.
    var projects: [String: String]
    /// What the catalogue lacks, in sentences.
    var gaps: [String]
    /// Known as history alone: the release's options tell what became of others, and nothing is rendered for it.
    var isHistory: Bool { history ?? false }
    private var history: Bool?

    private enum CodingKeys: String, CodingKey {
        case name, letter, era, number, date, projects, gaps, history
        case codeName = "code_name"
    }

    /// All releases in their order, those of history as well; empty when the resource is damaged.
    static let all: [ReleaseRecord] = (try? read()) ?? []

    private static func read() throws -> [ReleaseRecord] {
        try JSONDecoder().decode([ReleaseRecord].self, from: CatalogResource.data("releases.json"))
    }
}

/// The files of the catalogue that Polyvisor carries.
enum CatalogResource {
    static var folder: URL { Bundle.module.bundleURL.appending(path: "catalog") }

    /// The components that some release has a catalogue of.
    static var components: [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return names.filter { $0.hasSuffix(".options") }.map { String($0.dropLast(".options".count)) }.sorted()
    }

    static func data(_ name: String) throws -> Data { try Data(contentsOf: folder.appending(path: name)) }
}

/// Some of the releases, as a set of bits.
struct ReleaseSet: OptionSet, Sendable, Hashable {
    let rawValue: UInt64

    /// One release by its place in the order of all.
    init(index: Int) { rawValue = 1 << UInt64(index) }

    init(rawValue: UInt64) { self.rawValue = rawValue }

    /// The places of its releases, in order.
    var indices: [Int] { (0..<64).filter { rawValue >> UInt64($0) & 1 == 1 } }
}

/// How option files name releases: a letter each, in the order of `releases.json`.
struct ReleaseLetters: Sendable {
    /// By the letter's code; 255 where there is none.
    private var places = [UInt8](repeating: 255, count: 256)
    let count: Int

    static let all = ReleaseLetters(ReleaseRecord.all.map(\.letter))

    init(_ letters: [String]) {
        count = letters.count
        for (place, letter) in letters.enumerated() {
            if let code = letter.utf8.first { places[Int(code)] = UInt8(place) }
        }
    }

    /// Reads `h`, `t-z` and `z-` (up to the newest), one after the other; nil when it is none of that.
    func releases(_ text: some Collection<UInt8>) -> ReleaseSet? {
        var set: UInt64 = 0
        var first: UInt8?
        var isRange = false
        for code in text {
            if code == UInt8(ascii: "-") {
                guard first != nil, !isRange else { return nil }
                isRange = true
                continue
            }
            let place = places[Int(code)]
            guard place != 255 else { return nil }
            guard isRange, let from = first else { (first, set) = (place, set | 1 << UInt64(place)); continue }
            guard from <= place else { return nil }
            set |= Self.run(from, Int(place))
            (first, isRange) = (nil, false)
        }
        if isRange, let from = first { set |= Self.run(from, count - 1) }
        return ReleaseSet(rawValue: set)
    }

    private static func run(_ first: UInt8, _ last: Int) -> UInt64 {
        (UInt64(1) << UInt64(last + 1) - 1) & ~(UInt64(1) << UInt64(first) - 1)
    }
}
