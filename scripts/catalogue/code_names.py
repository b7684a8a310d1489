"""The names of code that options may have for a value, read from a release's packages: entry points and classes.

A tree is a folder with packages as pip installs them (`nova/`, `nova-26.2.2.dist-info/`), or with unpacked sources of
projects (`nova-2013.2.4/setup.cfg`, `nova-2013.2.4/nova/`). Nothing is imported: releases of Python 2 are read as well.
"""
import configparser
import os
import re

# The parts of each project whose classes options name; its own database, API and objects are never a value.
PARTS = {
    'nova': 'cells cert compute conductor console consoleauth image keymgr network objectstore quota.py scheduler '
            'servicegroup virt volume',
    'neutron': 'agent db ipam notifiers plugins quota quota.py scheduler services',
    'cinder': 'backup brick compute image keymgr quota.py scheduler transfer volume zonemanager',
    'keystone': 'application_credential assignment auth catalog contrib credential endpoint_policy federation identity '
                'limit oauth1 policy receipt resource revoke token trust',
    'glance': 'async async_ db image_cache store',
}
# Entry points: groups by their beginnings.
GROUPS = ('neutron.', 'cinder.scheduler.', 'keystone.', 'glance_store.drivers', 'glance.image_import',
          'nova.scheduler.driver', 'oslo.messaging.drivers', 'oslo.messaging.notify.drivers', 'castellan.drivers',
          'keystoneauth1.plugin')
NO_GROUPS = ('neutron.objects', 'neutron.policies', 'neutron.db.alembic', 'neutron.status', 'keystone.server_middleware',
             'neutron.openstack', 'neutron.portbinding', 'neutron.tests', 'neutron.service_providers')
# A function with a class's name makes objects all the same (glance/store/swift.py of Havana).
CLASS = re.compile(r'^(?:class|def) ([A-Z]\w*)', re.M)
# nova/virt/libvirt/__init__.py: LibvirtDriver = driver.LibvirtDriver; also `from x import Y`.
ALIAS = re.compile(r'^([A-Z]\w*Driver\w*) *= *[a-z_]\w*(?:\.\w+)*\.\w+ *(?:#.*)?$', re.M)
IMPORT = re.compile(r'^from (\S+) import ([A-Z]\w*)(?: as ([A-Z]\w*))? *(?:#.*)?$', re.M)
# Cinder's managers take old names of drivers and schedulers for those that they have now: any class that they spell out.
MANAGERS = ('cinder.volume.manager', 'cinder.backup.manager', 'cinder.scheduler.manager', 'cinder.keymgr')
SPELT = re.compile(r'[\'"](cinder\.[a-z_0-9.]+)\.([A-Z]\w+)[\'"]')


def entry_points(path):
    """{group: {name: target}} of an entry_points.txt or setup.cfg."""
    with open(path, encoding='utf-8') as file:
        text = file.read()
    if path.endswith('setup.cfg'):
        found, group, inside = {}, None, False
        for line in text.splitlines():
            if line.startswith('['):
                inside = line.strip() == '[entry_points]'
            elif inside and line.strip() and not line.strip().startswith('#'):
                key, sign, value = line.partition('=')
                if not line[0].isspace():
                    group = key.strip()
                elif sign:
                    found.setdefault(group, {})[key.strip()] = value.strip()
        return found
    parser = configparser.RawConfigParser(delimiters=('=',), strict=False)
    parser.optionxform = str
    parser.read_string(text)
    return {group: dict(parser.items(group)) for group in parser.sections()}


def is_wanted(group):
    return group.startswith(GROUPS) and not group.startswith(NO_GROUPS)


def groups(tree):
    found = {}
    for folder in sorted(os.listdir(tree)):
        for name in ('entry_points.txt', 'setup.cfg'):
            path = os.path.join(tree, folder, name)
            if not os.path.exists(path):
                continue
            for group, points in entry_points(path).items():
                if is_wanted(group):
                    target = found.setdefault(group, {})
                    for alias, place in points.items():
                        target[alias] = place.split('[')[0].strip().replace(':', '.')
    return found


def roots(tree):
    """{project: the folder of its package}"""
    found = {}
    for project in PARTS:
        for folder in [''] + sorted(os.listdir(tree)):
            path = os.path.join(tree, folder, project)
            if os.path.exists(os.path.join(path, '__init__.py')) or os.path.isdir(os.path.join(path, 'conf')):
                found[project] = path
                break
    return found


def sources(root, project):
    """(module, text) of every module in the parts that matter."""
    for part in PARTS[project].split():
        top = os.path.join(root, part)
        places = [top] if part.endswith('.py') else sorted(
            os.path.join(folder, name) for folder, _, names in os.walk(top) for name in names if name.endswith('.py'))
        for path in places:
            relative = os.path.relpath(path, os.path.dirname(root))
            if not os.path.exists(path) or '/tests/' in relative:
                continue
            module = re.sub(r'(/__init__)?\.py$', '', relative).replace('/', '.')
            with open(path, encoding='utf-8', errors='replace') as file:
                yield module, file.read()


def classes(root, project):
    """{module: the classes that can be named there}"""
    found = {}
    for module, text in sources(root, project):
        names = set(CLASS.findall(text)) | set(ALIAS.findall(text))
        # A class that is imported by its name can be named at either place; drivers alone are.
        names |= {alias or name for place, name, alias in IMPORT.findall(text)
                  if (alias or name).endswith(('Driver', 'Plugin', 'Manager', 'API')) and place.startswith(project)}
        if module.startswith('nova.scheduler'):
            names |= set(re.findall(r'^def (all_\w+|standard_\w+)', text, re.M))
        if names:
            found[module] = names
        if module in MANAGERS:
            for place, name in SPELT.findall(re.sub(r"'\s*\n\s*'", '', text)):
                found.setdefault(place, set()).add(name)
    return found


def read(tree):
    """{section: {name: target or None}}: entry-point groups are called `:GROUP`, modules by their name."""
    found = {':' + group: points for group, points in groups(tree).items()}
    for project, root in roots(tree).items():
        for module, names in classes(root, project).items():
            found.setdefault(module, {}).update(dict.fromkeys(names))
    return found
