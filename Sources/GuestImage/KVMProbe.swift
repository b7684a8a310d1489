/// Finds out whether a machine can really start a guest with KVM.
///
/// That /dev/kvm can be opened, and even that a virtual machine can be made, proves nothing where the machine is
/// itself virtual: there qemu may abort, or stop at the first instruction that the outer hypervisor cannot emulate.
/// So the probe boots the tiny guest and waits for its first words.
public enum KVMProbe {
    /// What the probe found.
    public enum Verdict: Sendable, Equatable {
        case usable
        case unusable(reason: String)
    }

    /// How long a guest may take from qemu's start to its first words; a working KVM needs one or two
    /// seconds, and more on a machine that installs packages at the same time.
    static let secondsToBoot = 30

    /// The command that runs the probe, for /bin/sh on the machine in question: ends within 33 seconds, sooner when qemu
    /// gives up, and leaves nothing behind. Needs qemu-system-x86_64, and the right to open /dev/kvm.
    ///
    /// - Parameter imagePath: the guest's qcow2 on that machine; it is only read.
    public static func command(imagePath: String) -> String {
        let image = "'" + imagePath.replacing("'", with: "'\\''") + "'"
        return #"""
            image=\#(image)
            say() { echo "\#(tag) $*"; }
            [ -c /dev/kvm ] || { say no-device; exit 0; }
            command -v qemu-system-x86_64 >/dev/null || { say no-qemu; exit 0; }
            [ -r "$image" ] || { say no-image; exit 0; }
            dir=$(mktemp -d) || { say no-space; exit 0; }
            pid=
            finish() { [ -z "$pid" ] || { kill -9 "$pid"; wait "$pid"; } 2>/dev/null; rm -rf "$dir"; }
            trap finish EXIT
            trap 'exit 1' HUP INT TERM
            : >"$dir/console"; : >"$dir/qemu"
            qemu-system-x86_64 -machine pc -accel kvm -cpu host -m 128 -nodefaults -display none -no-reboot \
                -drive "file=$image,format=qcow2,if=virtio,readonly=on" -serial "file:$dir/console" \
                </dev/null >/dev/null 2>"$dir/qemu" &
            pid=$!
            outcome=silent
            tries=0
            while [ "$tries" -lt \#(secondsToBoot * 5) ]; do
                if grep -q '\#(GuestReport.marker) BOOT' "$dir/console"; then outcome=booted; break; fi
                if grep -q 'KVM internal error' "$dir/qemu"; then outcome=stopped; break; fi
                if ! kill -0 "$pid" 2>/dev/null; then outcome=ended; break; fi
                sleep 0.2
                tries=$((tries + 1))
            done
            say "$outcome"
            grep -v '^$' "$dir/qemu" | head -n 3
            """#
    }

    /// Judges what the command printed and its exit status.
    public static func verdict(from output: String, status: Int32) -> Verdict {
        let lines = output.split(whereSeparator: \.isNewline).map(String.init)
        guard let place = lines.firstIndex(where: { $0.hasPrefix(tag + " ") }) else {
            return .unusable(reason: "the probe ended with status \(status) and no result")
        }
        // The first line says what happened; those after it are the shell's and the assertion's.
        let words = lines[(place + 1)...].first ?? ""
        let because = words.isEmpty ? "" : ": \(words)"
        switch lines[place].dropFirst(tag.count + 1) {
        case "booted": return .usable
        case "no-device": return .unusable(reason: "there is no /dev/kvm")
        case "no-qemu": return .unusable(reason: "qemu-system-x86_64 is not installed")
        case "no-image": return .unusable(reason: "the probe's image cannot be read")
        case "no-space": return .unusable(reason: "no temporary directory can be made")
        case "ended": return .unusable(reason: "qemu ended before the guest spoke\(because)")
        case "stopped": return .unusable(reason: "the guest stopped at once\(because)")
        default:
            return .unusable(reason: "the guest did not speak within \(secondsToBoot) seconds\(because)")
        }
    }

    private static let tag = "KVM-PROBE"
}
