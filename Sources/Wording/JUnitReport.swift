public import Foundation

/// A report as JUnit XML, which CI systems read. All text may be a stranger's: it is made fit to print.
public struct JUnitReport: Sendable {
    /// The tool and what it did: `polyvisor verify`.
    public var name: String
    /// When the first test began.
    public var started: Date
    /// How long all of it took.
    public var seconds: Double
    /// The groups of tests, in the order in which they are written.
    public var suites: [Suite]

    /// A report of all that ran.
    public init(_ name: String, started: Date, seconds: Double, suites: [Suite]) {
        self.name = name
        self.started = started
        self.seconds = seconds
        self.suites = suites
    }

    /// A `testsuite` element.
    public struct Suite: Sendable {
        /// What CI shows for the group.
        public var name: String
        /// How long its tests took together.
        public var seconds: Double
        /// Facts about the suite; nil: the element is left out, as is a property without a value.
        public var properties: [(name: String, value: String?)]?
        /// Its tests, in their order.
        public var cases: [Case]
        /// Lines for `system-out`.
        public var output: [String]

        /// A group of tests.
        public init(
            _ name: String, seconds: Double = 0, properties: [(name: String, value: String?)]? = nil, cases: [Case],
            output: [String] = []
        ) {
            self.name = name
            self.seconds = seconds
            self.properties = properties
            self.cases = cases
            self.output = output
        }
    }

    /// A `testcase` element.
    public struct Case: Sendable {
        /// What CI shows for the test.
        public var name: String
        /// By which CI systems group: `polyvisor.verify.kvm1`.
        public var classname: String
        /// How long it took; 0 where nobody measured.
        public var seconds: Double
        /// How it ended.
        public var outcome: Outcome

        /// One test.
        public init(_ name: String, classname: String, seconds: Double = 0, _ outcome: Outcome) {
            self.name = name
            self.classname = classname
            self.seconds = seconds
            self.outcome = outcome
        }
    }

    /// How a test ended.
    public enum Outcome: Sendable {
        /// - Parameter output: what is worth saying all the same.
        case passed(output: String?)
        case skipped(String)
        /// - Parameters:
        ///   - type: what failed, in a word.
        ///   - message: in one line.
        ///   - text: in full.
        case failed(type: String, message: String, text: String)
    }

    /// The document.
    public var text: String {
        var lines = ["<?xml version=\"1.0\" encoding=\"UTF-8\"?>"]
        lines.append("<testsuites name=\"\(name.xml)\" \(Self.totals(of: suites.flatMap(\.cases), seconds))>")
        // JUnit's schema has times without a zone.
        let timestamp = String(started.formatted(.iso8601).dropLast())
        lines += suites.flatMap { $0.lines(timestamp) }
        lines.append("</testsuites>")
        return lines.joined(separator: "\n") + "\n"
    }

    fileprivate static func totals(of cases: [Case], _ seconds: Double) -> String {
        let failures = cases.count { if case .failed = $0.outcome { true } else { false } }
        let skipped = cases.count { if case .skipped = $0.outcome { true } else { false } }
        return "tests=\"\(cases.count)\" failures=\"\(failures)\" errors=\"0\" skipped=\"\(skipped)\""
            + " time=\"\(number(seconds))\""
    }

    fileprivate static func number(_ seconds: Double) -> String { String(format: "%.3f", seconds) }
}

extension JUnitReport.Suite {
    fileprivate func lines(_ timestamp: String) -> [String] {
        let totals = JUnitReport.totals(of: cases, seconds)
        let end = output.isEmpty ? [] : ["    <system-out>\(output.joined(separator: "\n").xml)</system-out>"]
        return ["  <testsuite name=\"\(name.xml)\" \(totals) timestamp=\"\(timestamp)\">"] + propertyLines
            + cases.map(\.line) + end + ["  </testsuite>"]
    }

    private var propertyLines: [String] {
        guard let properties else { return [] }
        let lines = properties.compactMap { name, value in
            value.map { "      <property name=\"\(name.xml)\" value=\"\($0.xml)\"/>" }
        }
        return ["    <properties>"] + lines + ["    </properties>"]
    }
}

extension JUnitReport.Case {
    fileprivate var line: String {
        let time = JUnitReport.number(seconds)
        let start = "    <testcase name=\"\(name.xml)\" classname=\"\(classname.xml)\" time=\"\(time)\""
        switch outcome {
        case .passed(nil): return start + "/>"
        case .passed(let output?): return start + "><system-out>\(output.xml)</system-out></testcase>"
        case .skipped(let reason): return start + "><skipped message=\"\(reason.xml)\"/></testcase>"
        case .failed(let type, let message, let text):
            return start + "><failure type=\"\(type.xml)\" message=\"\(message.xml)\">\(text.xml)</failure></testcase>"
        }
    }
}

extension String {
    fileprivate var xml: String { VisibleText(self).xml }
}
