"""Lets oslo-config-validator, and oslo.config itself, judge files of one kind.

    validate.py NAMESPACES FILE ...        (NAMESPACES: their names with commas between)

Runs inside a release's virtual environment and prints one JSON object: what each file has wrong. Every namespace has to be
there: with one missing, the validator would call its options unknown, or worse, have nothing against the file.
"""
import json
import os
import sys

import judge
import oslo_options as oslo  # not "oslo": a package of Liberty has that name


def validator_status(judges, path):
    """The validator's own exit status."""
    conf = judges.validator_conf(['--input-file', path, '--opt-data', 'made'])
    return judges.validator._validate(conf)


def of_plugins(judges, path, unknown):
    """Those unknown to the validator that keystoneauth1 itself has, for the login plugin that their section names.

    A section with `auth_type` takes the options of that plugin when the service runs. Some services list them, Cinder does
    not for [nova], and the validator knows no more than the lists.
    """
    from keystoneauth1 import loading
    sections = {}
    judges.cfg.ConfigParser(path, sections).parse()
    found = []
    for key in unknown:
        section, option = key.split('/', 1)
        kinds = sections.get(section, {}).get('auth_type')
        takes_plugins = any('auth_type' in getattr(conf._groups.get(section), '_opts', {}) for conf in judges.layers)
        if not kinds or not takes_plugins:
            continue
        own = loading.get_plugin_loader(kinds[-1]).get_options()
        names = {name.replace('-', '_') for entry in own for name in [entry.name] + [old.name for old in entry.deprecated]}
        if option in names:
            found.append(key)
    return found


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
        plugins = of_plugins(judges, path, names['unknown'])
        unknown = [key for key in names['unknown'] if key not in plugins]
        # The validator says no more than that something is wrong, so what is told apart has to be all of it.
        silent = bool(status) and not names['unknown']
        found[path] = {'silent': silent, 'unknown': unknown, 'old': names['old'], 'plugins': plugins,
                       'refused': judges.values(path)}
    json.dump(found, sys.stdout)


if __name__ == '__main__':
    main(*sys.argv[1:])
    sys.stdout.flush()
    # Threads that some modules leave behind would keep the interpreter.
    os._exit(0)
