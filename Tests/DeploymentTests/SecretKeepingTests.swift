import Foundation
import OpenStack
import Records
import Rendering
import Testing
import Topology

@testable import Deployment

@Suite("secrets")
struct SecretKeepingTests {
    @Test("show in no dump of anything that holds them", arguments: ["sandbox", "mixed-lab"])
    func dumps(_ name: String) throws {
        let view = try Views.fresh(name)
        let plan = view.plan()
        let log = RunLog()
        log.hide([Secret("PLANTED")])
        let cloud = Cloud(Credentials(authURL: "http://c:5000/v3", username: "u", password: "PLANTED", project: "p"))
        let performer = CloudPerformer(cloud: cloud) { _ in }
        let events = plan.steps.map { DeploymentEvent.began($0) }
        let holders: [Any] =
            [view, plan, view.identity, CloudAction.identity(view.identity), events, log, performer]
            + [view.nodes, view.secrets] + plan.steps.map(\.action)
        for holder in holders {
            var dumped = ""
            dump(holder, to: &dumped)
            for text in [dumped, String(describing: holder), String(reflecting: holder)] {
                #expect(!text.contains("PLANTED"), "\(type(of: holder))")
            }
        }
    }

    @Test(
        "reach programs on standard input or by environment, never as an argument",
        arguments: [
            "make databases and their accounts", "make the message queue's account", "migrate keystone",
        ])
    func arguments(_ title: String) throws {
        let step = try #require(try Views.fresh().plan().steps.first { $0.title == title })
        guard case .run(let script) = step.action else { throw Unexpected() }
        let bench = try Workbench()
        for name in ["mysql", "rabbitmqctl", "su", "keystone-manage", "chown"] {
            try bench.program(name, #"echo "$@" >> arguments; cat >> input; env >> environment"#)
        }
        #expect(try bench.run(script, named: title).status == 0)
        #expect(script.text.contains("PLANTED"))
        #expect(!(try bench.text("arguments")).contains("PLANTED"))
        #expect((try bench.text("input") + bench.text("environment")).contains("PLANTED"))
    }
}
