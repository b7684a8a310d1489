"""Lets oslo-config-validator, and oslo.config itself, judge files of one kind.

    validate.py NAMESPACES FILE ...        (NAMESPACES: their names with commas between)

Runs inside a release's virtual environment and prints one JSON object: what each file has wrong. Every namespace has to be
there: with one missing, the validator would call its options unknown, or worse, have nothing against the file.
"""
import json
import os
import sys

import judge
import oslo


def validator_status(judges, path):
    """The validator's own exit status."""
    conf = judges.validator_conf(['--input-file', path, '--opt-data', 'made'])
    return judges.validator._validate(conf)


def main(namespaces, *paths):
    oslo.prepare()
    namespaces = namespaces.split(',')
    missing = sorted(set(namespaces) - oslo.known_namespaces())
    if missing:
        sys.exit('the packages have no options of %s' % ', '.join(missing))
    judges = judge.Judges(judge.settable(namespaces), namespaces)
    found = {}
    for path in paths:
        names, status = judges.names(path), validator_status(judges, path)
        found[path] = {'status': status, 'unknown': names['unknown'], 'old': names['old'], 'refused': judges.values(path)}
    json.dump(found, sys.stdout)


if __name__ == '__main__':
    main(*sys.argv[1:])
    sys.stdout.flush()
    # Threads that some modules leave behind would keep the interpreter.
    os._exit(0)
