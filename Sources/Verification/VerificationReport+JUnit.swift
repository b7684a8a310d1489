import Foundation
import Wording

extension VerificationReport {
    /// The report as JUnit XML, which CI systems read: a test suite for each hypervisor, a test case for each check.
    ///
    /// A run that found nothing to verify, or has warnings, has a suite `run` in front that says so.
    public func junit() -> String {
        let suites = (hypervisors.isEmpty || !(warnings + notes).isEmpty ? [runSuite] : []) + hypervisors.map(suite)
        return JUnitReport("polyvisor verify", started: started, seconds: seconds, suites: suites).text
    }

    private var runSuite: JUnitReport.Suite {
        let verdict: CheckVerdict =
            hypervisors.isEmpty
            ? .failed(CheckFailure(layer: .nova, reason: "neither the topology nor Nova has a hypervisor"))
            : .passed(nil)
        return JUnitReport.Suite(
            "run", properties: [("run", run), ("lab", lab), ("release", release)],
            cases: [.init("hypervisors found", classname: "polyvisor.verify.run", verdict.junit)],
            output: warnings.map { "warning: \($0)" } + notes)
    }

    private func suite(_ hypervisor: HypervisorReport) -> JUnitReport.Suite {
        let properties: [(String, String?)] = [
            ("run", run), ("lab", lab), ("release", release), ("node", hypervisor.node),
            ("hypervisor_type", hypervisor.type), ("instance", hypervisor.instance),
            ("seconds_to_active", hypervisor.secondsToActive.map(Self.number)),
            ("seconds_to_guest_ready", hypervisor.secondsToGuestReady.map(Self.number)),
        ]
        let classname = "polyvisor.verify.\(hypervisor.host)"
        return JUnitReport.Suite(
            hypervisor.host, seconds: hypervisor.checks.reduce(0) { $0 + $1.seconds }, properties: properties,
            cases: hypervisor.checks.map {
                .init($0.name.title, classname: classname, seconds: $0.seconds, $0.verdict.junit)
            })
    }

    private static func number(_ seconds: Double) -> String { String(format: "%.3f", seconds) }
}

extension CheckVerdict {
    fileprivate var junit: JUnitReport.Outcome {
        switch self {
        case .passed: .passed(output: nil)
        case .skipped(let reason): .skipped(reason)
        case .failed(let failure):
            .failed(type: failure.layer.rawValue, message: failure.description, text: failure.description)
        }
    }
}
