import GuestImage
import ImageMeta
import OpenStack
import Records

/// What a run makes ready before the first instance: who is verified, with what, and what is uploaded for it.
struct Preparation: Sendable {
    let verification: Verification
    let mark: RunMark
    let report: @Sendable (VerificationEvent) -> Void
    var warnings: [String] = []
    var notes: [String] = []

    var target: Target { verification.target }
    /// With a token for the project in which everything is made.
    var access: Verification.Access
    var options: Verification.Options { verification.options }

    init(
        _ verification: Verification, mark: RunMark, report: @escaping @Sendable (VerificationEvent) -> Void
    ) {
        self.verification = verification
        access = verification.access
        self.mark = mark
        self.report = report
    }

    /// Of a cloud that no topology describes, only its API says how old it is.
    func release(_ overview: CloudOverview?) -> String {
        target.lab?.release ?? overview?.computeVersion.map { "with compute API \($0)" } ?? "of unknown release"
    }

    // MARK: Who

    /// The hypervisors that were asked for.
    mutating func subjects(_ overview: CloudOverview) -> [Subject] {
        let all = allSubjects(overview)
        let chosen = all.filter(options.includes)
        for subject in chosen where subject.node == nil && target.lab != nil {
            warnings.append("Nova has a hypervisor \(subject.host) that \(target.lab?.file ?? "") does not name")
        }
        for name in options.hypervisors.sorted() where !all.contains(where: { $0.host == name }) {
            let known = all.map(\.host).joined(separator: ", ")
            warnings.append("there is no hypervisor \(name); there are \(known.isEmpty ? "none" : known)")
        }
        if !overview.isAdmin {
            notes.append(
                "without admin rights: Nova chooses the hosts, all is made in the user's own project, and what only an "
                    + "administrator sees is left out")
        }
        return chosen
    }

    private func allSubjects(_ overview: CloudOverview) -> [Subject] {
        guard overview.isAdmin else {
            let chooser = Chooser(overview: overview, target: target, images: access.images)
            let kinds = ImageKind.allCases.filter { chooser.found(for: $0) != nil }
            // The tiny guest can be uploaded for these.
            return Subject.anywhere(kinds.isEmpty && access.guest != nil ? [.libvirt] : kinds)
        }
        return Subject.all(
            expected: target.lab?.computeServices ?? [], seen: overview.seen, on: target.distribution)
    }

    // MARK: With what

    /// What each hypervisor's checks work with; makes what the run needs beside instances.
    mutating func settings(
        for subjects: [Subject], _ overview: CloudOverview, began: ContinuousClock.Instant
    ) async -> [Setting] {
        var overview = overview
        var trouble: CheckFailure?
        do {
            try await uploadImages(for: subjects, &overview)
        } catch {
            trouble = CheckFailure(error, layer: .glance, look: nil)
        }
        let atOnce = min(subjects.count, options.maxWorkers)
        let meeting = GuestMeeting()
        var kinds: Set<String> = []
        var settings = subjects.map { subject in
            var setting = setting(for: subject, overview, trouble)
            setting.instancesAtOnce = atOnce
            (setting.meeting, setting.began) = (meeting, began)
            setting.isFirstOfItsKind = kinds.insert(subject.driver.title).inserted
            (setting.drill, setting.grace) = (options.drill, options.grace)
            return setting
        }
        let group = await securityGroup(for: settings)
        for index in settings.indices { settings[index].securityGroup = group }
        return settings
    }

    /// Without making anything.
    func setting(for subject: Subject, _ overview: CloudOverview, _ trouble: CheckFailure? = nil) -> Setting {
        let chooser = Chooser(overview: overview, target: target, images: access.images)
        let ingredients = Result { () throws(CheckFailure) in try chooser.ingredients(for: subject) }
        // That there is no image is the consequence; why it could not be uploaded is the reason.
        let told: Result<Ingredients, CheckFailure> =
            if case .failure(let failure) = ingredients, failure.layer == .glance, let trouble {
                .failure(trouble)
            } else {
                ingredients
            }
        return Setting(
            subject: subject, target: target, access: access, overview: overview, mark: mark, ingredients: told)
    }

    /// The kinds for which the tiny guest would be uploaded.
    func uploads(for subjects: [Subject], _ overview: CloudOverview) -> [ImageKind] {
        // A lab has its own images.
        guard access.guest != nil, access.images == nil, target.image == nil else { return [] }
        let chooser = Chooser(overview: overview, target: target, images: access.images)
        let kinds = Set(subjects.compactMap { ImageKind($0.driver) }).subtracting([.lxc])
        return kinds.filter { !chooser.hasOwn($0) }.sorted { $0.rawValue < $1.rawValue }
    }

    private mutating func uploadImages(for subjects: [Subject], _ overview: inout CloudOverview) async throws {
        let kinds = uploads(for: subjects, overview)
        guard !kinds.isEmpty, let guest = access.guest else { return }
        report(.note("uploading the tiny guest for this run"))
        let files = try await guest()
        for kind in kinds {
            let (format, path) = kind == .vmware ? ("vmdk", files.vmdk) : ("qcow2", files.qcow2)
            let properties = Self.properties(of: kind).merging(mark.metadata) { $1 }
                .merging([GuestReport.imageProperty: "tiny"]) { $1 }
            let image = NewImage(
                name: mark.prefix + format, diskFormat: format, visibility: "private", properties: properties)
            overview.images.append(try await access.cloud.upload(image, from: path))
            notes.append("uploaded image \(image.name) for this run")
        }
    }

    /// What an upload of the kind's disk is tagged with.
    static func properties(of kind: ImageKind) -> [String: String] {
        switch kind {
        case .vmware: ImageTags.vmware(.streamOptimized, .lsiLogic)
        case .lxc: ImageTags.containers
        case .libvirt: ImageTags.libvirt
        }
    }

    /// The group that lets in what `reach` and `peers` send; nil where nothing is sent.
    private mutating func securityGroup(for settings: [Setting]) async -> String? {
        let isAsked = settings.contains { setting in
            let checks = options.checks.chosen(from: Check.proof(of: setting.subject.driver)).map(\.name)
            return (checks.contains(.reach) || checks.contains(.peers)) && setting.guestAnswers
        }
        guard isAsked else { return nil }
        do {
            let name = "\(RunMark.prefix)\(mark.run)"
            return try await access.cloud.createSecurityGroup(
                name, description: mark.text, tcpPorts: [GuestReport.port]
            ).name
        } catch {
            warnings.append("no security group could be made, so no guest is pinged: \(error)")
            return nil
        }
    }
}
