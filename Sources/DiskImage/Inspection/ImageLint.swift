public import ImageMeta

/// What would go wrong with an image on a kind of hypervisor, and what to do about it.
public struct ImageLint: Sendable, Equatable, Encodable {
    /// One thing that would go wrong.
    public struct Problem: Sendable, Equatable, Encodable {
        /// Whether servers fail, or run worse than they could.
        public enum Severity: String, Sendable, Encodable { case error, warning }

        /// A word for the rule, for scripts.
        public let rule: Rule
        /// How bad it is.
        public let severity: Severity
        /// What is wrong with which part of the image.
        public let what: String
        /// What to do about it.
        public let mend: String
    }

    /// The rules, each with where it comes from.
    public enum Rule: String, Sendable, Encodable, CaseIterable {
        /// A table contradicts the file or another.
        case damaged
        /// nova/virt/vmwareapi/constants.py, `DISK_FORMATS_ALL`: VMDK and ISO only.
        case format
        /// nova/virt/vmwareapi/vmops.py, `_fetch_image_if_missing`: sparse, streamOptimized and flat variants.
        case subtype
        /// A file that is uploaded alone: no extents, parents or backing files besides it (CVE-2015-1850,
        /// CVE-2022-47951).
        case references
        /// nova/virt/vmwareapi/images.py, `fetch_image_ova`: which OVAs the driver finds a disk in.
        case ova
        /// `[compute] vmdk_allowed_types` in nova.conf, and Glance's and Cinder's options of that name.
        case vmdkAllowedTypes = "vmdk_allowed_types"
        /// images.py there: what the file is taken for is `vmware_disktype`, and preallocated without it.
        case disktype
        /// nova/virt/vmwareapi/constants.py, `SCSI_ADAPTER_TYPES`: names whose case counts.
        case adapter
        /// `VALID_OS_TYPES` there.
        case ostype
        /// Any other property: nova/objects/image_meta.py, and what the driver takes.
        case property
        /// vmops.py: the image's disk has to fit the flavor's.
        case capacity
        /// vmops.py, `prepare_for_spawn`: "Memory size is not multiple of 4".
        case memory
        /// Windows brings no driver for virtio disks.
        case virtio
        /// What the hypervisor starts has to be on the disk.
        case firmware
        /// A disk has something to start from, or data.
        case content
        /// The end of the file's name is not what the file is.
        case name
        /// Nova's disks have sectors of 512 bytes.
        case sectors
    }

    /// What may be said besides the image.
    public struct Options: Sendable {
        /// What servers of the image will have; nil: nothing is said of its size.
        public var flavor: ImageFlavor?
        /// `[compute] vmdk_allowed_types`; this is its default since Zed.
        public var vmdkAllowedTypes = ["streamOptimized", "monolithicSparse"]
        /// Properties that the image has in Glance, or shall have.
        public var properties: [String: String] = [:]

        /// Neither a flavor nor properties.
        public init() {}

        var meta: ImageMeta { ImageMeta(properties) }
    }

    /// The kind of hypervisor that it was judged for.
    public let target: ImageTarget
    /// In the order of the rules; empty: none.
    public let problems: [Problem]

    /// Whether servers start.
    public var isUsable: Bool { !problems.contains { $0.severity == .error } }

    /// Checks an image against every rule.
    public init(_ inspection: ImageInspection, for target: ImageTarget, options: Options = Options()) {
        self.target = target
        let rules: [(ImageInspection, ImageTarget, Options) -> [Problem]] = [
            LintRules.damage, LintRules.references, LintRules.format, LintRules.subtype, LintRules.ova,
            LintRules.allowedTypes,
            LintRules.sectors, LintRules.content, LintRules.name, LintRules.vmwareDisk, LintRules.adapter,
            LintRules.properties, LintRules.capacity, LintRules.memory, LintRules.virtio, LintRules.firmware,
            LintRules.system,
        ]
        problems = rules.flatMap { $0(inspection, target, options) }
    }

    /// What a person reads.
    public var text: String {
        guard !problems.isEmpty else { return "✓ nothing speaks against it on \(target.rawValue)" }
        return problems.enumerated().map { index, problem in
            let line = "\(problem.severity == .error ? "✗" : "!") \(problem.rule.rawValue): \(problem.what)"
            // What fixes the next one as well is said there.
            let isLast = index + 1 == problems.count || problems[index + 1].mend != problem.mend
            return line + (isLast ? "\n  fix: \(problem.mend)" : "")
        }
        .joined(separator: "\n")
    }
}
