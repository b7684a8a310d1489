import Planning
import Wording

extension UnitChange {
    /// A unit that does not come up is shown with the last words of its journal.
    var script: Script {
        let restarted = restart.map { shellQuoted($0) }.joined(separator: " ")
        var text = "systemctl daemon-reload\n"
        if !mask.isEmpty { text += "systemctl mask -q --now \(mask.map { shellQuoted($0) }.joined(separator: " "))\n" }
        if !disable.isEmpty {
            text += "systemctl disable -q --now \(disable.map { shellQuoted($0) }.joined(separator: " "))\n"
        }
        if !restart.isEmpty {
            text += """
                systemctl enable -q \(restarted)
                systemctl reset-failed \(restarted) 2>/dev/null || true
                if ! systemctl restart \(restarted); then
                  for unit in \(restarted); do
                    if ! systemctl is-active -q "$unit"; then
                      journalctl -u "$unit" -n 30 --no-pager -o cat >&2
                      echo "$unit does not start" >&2
                    fi
                  done
                  exit 1
                fi

                """
        }
        return Script(text: portsAreFree + text + awaiting, timeoutSeconds: 600)
    }

    /// uwsgi goes on without the port that it did not get, and another program's answers would be taken for its own.
    var portsAreFree: String {
        guard !awaitPorts.isEmpty else { return "" }
        return """
            for port in \(awaitPorts.map(String.init).joined(separator: " ")); do
              for pid in $(ss -ltnpH "sport = :$port" | grep -o 'pid=[0-9]*' | cut -d= -f2 | sort -u); do
                unit=$(grep -o '[^/]*[.]\\(service\\|scope\\)' "/proc/$pid/cgroup" | tail -n 1 || true)
                case " \(portHolders.joined(separator: " ")) " in *" ${unit%.service} "*) continue ;; esac
                echo "port $port is in use by $(cat "/proc/$pid/comm"), process $pid${unit:+ of $unit}" >&2
                exit 1
              done
            done

            """
    }

    private var awaiting: String {
        guard !awaitPorts.isEmpty else { return "" }
        return """
            deadline=$(($(date +%s) + 300))
            for port in \(awaitPorts.map(String.init).joined(separator: " ")); do
              until bash -c "exec 3<>/dev/tcp/127.0.0.1/$port" 2>/dev/null; do
                if [ "$(date +%s)" -gt "$deadline" ]; then echo "nothing answers on port $port" >&2; exit 1; fi
                sleep 0.3
              done
            done

            """
    }
}
