import DiskImage
import Foundation
import LabViews
import OpenStack
import Planning
import Records
import Rendering
import Testing
import Topology
import Uploads

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
        let secrets = Views.secrets(for: view.lab)
        let image = GlanceImage(
            name: "tiny-qcow2", properties: [:], path: "/dev/null", format: .raw, encoding: .qcow2, digest: "d1")
        let performer = CloudPerformer(cloud: cloud, images: [image], secrets: secrets) { _ in }
        let events = plan.steps.map { DeploymentEvent.began($0) }
        let holders: [Any] =
            [view, plan, view.catalogue, CloudAction.catalogue(view.catalogue), events, log, performer, view.seal]
            + [view.nodes, secrets, NodeSystem(view)] + plan.steps.map(\.action)
        for holder in holders {
            var dumped = ""
            dump(holder, to: &dumped)
            for text in [dumped, String(describing: holder), String(reflecting: holder)] {
                #expect(!text.contains("PLANTED"), "\(type(of: holder))")
            }
        }
    }

    @Test("are in no plan that is kept, and their digests neither", arguments: ["sandbox", "mixed-lab"])
    func keptPlan(_ name: String) throws {
        let view = try Views.fresh(name)
        let text = String(decoding: try JSONEncoder().encode(view.plan()), as: UTF8.self)
        #expect(!text.contains("PLANTED"))
        for file in view.nodes.flatMap(\.files) where file.isSecret { #expect(!text.contains(file.digest)) }
    }

    @Test(
        "reach programs on standard input, by environment or in a file that goes again, never as an argument",
        arguments: [
            "make databases and their accounts", "make the message queue's account", "migrate keystone",
        ])
    func arguments(_ title: String) throws {
        let view = try Views.fresh()
        let step = try #require(view.plan().steps.first { $0.title == title })
        let script = try #require(NodeSystem(view).script(for: step))
        let bench = try Workbench()
        for name in ["mysql", "rabbitmqctl", "su", "keystone-manage", "chown"] {
            try bench.program(
                name,
                #"""
                echo "$@" >> arguments; cat >> input; env >> environment
                for file do case "$file" in *.json) cat "$file" >> input; echo "$file" >> files ;; esac; done
                """#)
        }
        #expect(try bench.run(script, named: title).status == 0)
        #expect(script.text.contains("PLANTED"))
        #expect(!(try bench.text("arguments")).contains("PLANTED"))
        #expect((try bench.text("input") + bench.text("environment")).contains("PLANTED"))
        let files = (try? bench.text("files")) ?? ""
        #expect(files.split(separator: "\n").allSatisfy { !FileManager.default.fileExists(atPath: String($0)) })
    }
}
