import Foundation
import Wording

/// What a log of oslo.log says of a failure.
enum LogWords {
    /// Prints the newest error in a log, or the newest warning where there is no error and that will do.
    ///
    /// Of the last ten minutes, as an older one has another reason; and where the unit runs, of the time since it was
    /// started, as that mended what was before. Tracebacks have lines without words.
    static func command(log: String, unit: String, orWarning warnings: Bool) -> String {
        """
        since=$(date -d '-10 min' '+%F %T')
        if [ "$(systemctl is-active '\(unit)' 2>&1)" = active ]; then
            start=$(date -d "$(systemctl show --property ActiveEnterTimestamp --value '\(unit)')" '+%F %T')
            if [ "$start" \\> "$since" ]; then since=$start; fi
        fi
        tail -n 3000 '\(log)' | \
        awk -v since="$since" 'NF > 6 && $1 " " $2 >= since && / (ERROR|CRITICAL) /{error=$0}
        $1 " " $2 >= since && / \(warnings ? "WARNING" : "ERROR") /{warning=$0} END{print error ? error : warning}' | cut -c 1-600
        """
    }

    /// The words of such a line, without its date, process, level, module and request; nil: there is none.
    static func words(of output: String) -> String? {
        let line = output.trimmingPrefix(while: \.isWhitespace)
        let words = line.replacing(/^.*? (ERROR|CRITICAL|WARNING) \S+ (\[[^\]]*\] )*/, with: "")
        return words.isEmpty ? nil : VisibleText(String(words.prefix(400))).folded
    }
}
