import Release
import Topology

extension Rendering {
    /// What Glance's vSphere store asks of a lab, and what a lab that has it should know.
    static func imageStores(_ input: RenderInput) -> [RenderProblem] {
        let stores = input.lab.vcenters.filter { !$0.imageDatastores.isEmpty }
        guard let first = stores.first else { return [] }
        var problems = [shownLocations(first, input)]
        if first.port != 443 {
            problems.append(
                problem(
                    input.lab, first.mark,
                    "Glance's store for datastores reaches a vCenter at port 443 only, and \(first.name) has port "
                        + "\(first.port)",
                    hint: "delete image_datastores, and images are kept in files"))
        }
        return problems
            + stores.dropFirst().map { other in
                problem(
                    input.lab, other.mark,
                    "Glance keeps images in the datastores of one vCenter, which is \(first.name)",
                    hint: "delete image_datastores here")
            }
    }

    /// OSSN-0065, "Users of Glance may be able to replace active image data".
    private static func shownLocations(_ vcenter: VCenter, _ input: RenderInput) -> RenderProblem {
        problem(
            input.lab, vcenter.mark,
            "with image_datastores of \(vcenter.name), Glance shows on which datastore an image is to everybody who may "
                + "see the image, as Nova has to see it (show_multiple_locations, see OSSN-0065)",
            hint: "only administrators may set locations: leave policy.d/polyvisor-locations.yaml of Glance as it is",
            isWarning: true)
    }
}
