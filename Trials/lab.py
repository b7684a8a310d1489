"""What the trials share: a lab that is up and the ways to ask it, what a report says, and how a trial begins and ends."""

import argparse
import contextlib
import json
import os
import re
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LABS = Path("/var/lib/polyvisor/labs")
POLYVISOR = ROOT / ".build/debug/polyvisor"
# Exit codes of a command that ended well: all is well; done, with warnings.
FINISHED = (0, 3)


class Failure(Exception):
    """The trial showed that something does not hold."""


class Lab:
    """The lab of a topology, reached through `polyvisor` alone, as a user does."""

    def __init__(self, topology, polyvisor, folder=None, environment=None):
        self.topology, self.polyvisor = str(Path(topology).resolve()), str(Path(polyvisor).resolve())
        self.folder, self.environment = folder, environment
        self.text = Path(topology).read_text()
        self.name = re.search(r"^lab:\s*([\w-]+)", self.text, re.M).group(1)

    def command(self, *words):
        """The topology stands behind the subcommand, and before what follows."""
        count = 2 if words[0] in ("vcenter", "image") else 1
        return [self.polyvisor, *words[:count], self.topology, *words[count:]]

    def run(self, *words, given=None, limit=None):
        """What became of a command of polyvisor, whatever its exit code."""
        source = {"stdin": subprocess.DEVNULL} if given is None else {"input": given}
        return subprocess.run(
            [self.polyvisor, *words], capture_output=True, text=True, cwd=self.folder, env=self.environment,
            timeout=limit, **source)

    def on(self, node, command, given=None, limit=900):
        """What a command printed on a node."""
        done = self.run("ssh", self.topology, node, "--", command, given=given, limit=limit)
        if done.returncode:
            raise RuntimeError(f"{node}: {command}: {(done.stderr.strip() or done.stdout.strip())[-800:]}")
        return done.stdout

    def openstack(self, *commands, **variables):
        """What OpenStack's command line printed on the controller; variables go into its environment."""
        words = " ".join(f"{key}={shlex.quote(value)}" for key, value in variables.items())
        return self.on("controller", "\n".join([". /root/admin-openrc", *(f"{words} openstack {c}" for c in commands)])).strip()

    def python(self, script):
        """What a script printed on the controller, with the administrator's OS_ variables."""
        return self.on("controller", f". /root/admin-openrc; python3 -c {shlex.quote(script)}")

    def verify(self, *arguments, topology=None):
        """The report, and how long it took. With --cloud among the arguments the topology is left out."""
        of = arguments if "--cloud" in arguments else (topology or self.topology, *arguments)
        start = time.monotonic()
        done = self.run("verify", *of, "--json", "-q")
        if not done.stdout:
            raise RuntimeError(f"verify ended with {done.returncode}: {done.stderr}")
        return json.loads(done.stdout), time.monotonic() - start

    def wait_for_compute(self, seconds=120):
        """Until Nova believes in its services again, which it learns every ten seconds."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            with contextlib.suppress(RuntimeError):
                states = self.openstack("compute service list -f value -c State")
                if states and "down" not in states:
                    return
            time.sleep(2)
        raise RuntimeError("a compute service does not come up again")

    @contextlib.contextmanager
    def stopped(self, node, unit, wait):
        """A unit does not run until the end of the block."""
        self.on(node, f"systemctl stop {unit}")
        try:
            yield
        finally:
            self.on(node, f"systemctl start {unit}")
            wait()

    @contextlib.contextmanager
    def edited(self, node, path, expression, unit, wait):
        """A file is changed by sed, and its service restarted with it, until the end of the block."""
        kept = f"{path}.trial"
        self.on(node, f"cp -p {path} {kept} && sed -i {shlex.quote(expression)} {path} && ! cmp -s {path} {kept}")
        try:
            # A service that cannot start with it is part of the fault.
            self.on(node, f"systemctl restart {unit} || true")
            yield
        finally:
            self.on(node, f"mv {kept} {path} && systemctl reset-failed {unit}; systemctl restart {unit}")
            wait()


def checks(report, *results):
    """Host, name, layer and words of each check with one of these results."""
    return [(host["host"], check["name"], check.get("layer"), words(check))
            for host in report["hypervisors"] for check in host["checks"] if check["result"] in results]


def words(check):
    return " ".join(part for part in (check.get("message"), check.get("look")) if part)


def failures(report):
    return checks(report, "failed")


def slowest_boot(report):
    return max(host.get("seconds_to_guest_ready") or host.get("seconds_to_active") or 0
               for host in report["hypervisors"])


def options(description, *arguments):
    """A trial's parser: its description, the program, and what else it takes."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    for names, settings in arguments:
        parser.add_argument(*names, **settings)
    parser.add_argument("--polyvisor", type=Path, default=POLYVISOR, help="the program to try")
    return parser


def need_root():
    if os.getuid() != 0:
        raise RuntimeError("needs root")


def begin(main):
    """Runs a trial and ends this process: 0 it holds, 1 it does not, 2 the trial could not be run."""
    # As Ctrl-C does: what is planted or made goes away again.
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda *_: sys.exit(2))
    name = Path(sys.argv[0]).name
    try:
        sys.exit(main())
    except Failure as failure:
        print(f"{name}: {failure}", file=sys.stderr)
        sys.exit(1)
    except (OSError, RuntimeError, LookupError, StopIteration, ValueError, AttributeError,
            subprocess.SubprocessError) as error:
        print(f"{name}: {error}", file=sys.stderr)
        sys.exit(2)
