"""Writes the option catalogue of one component: facts only, no help texts. Runs inside the release's environment.

    introspect.py OUT.json FILE NAMESPACE ...       the options of one configuration file
    introspect.py OUT.json --auth-plugins           those of keystoneauth's plugins, a section for each plugin

One process for each component: what one project registers and overrides would leak into another's.
"""
import json
import os
import re
import socket
import sys
from types import FunctionType

import oslo_options as oslo  # not "oslo": a package of Liberty has that name

TYPES = {
    'String': 'string', 'MultiString': 'string', 'Boolean': 'boolean', 'Integer': 'integer', 'Float': 'float',
    'Number': 'float', 'Port': 'port', 'List': 'list', 'Dict': 'dict', 'IPAddress': 'ip', 'Hostname': 'hostname',
    'HostDomain': 'hostdomain', 'HostAddress': 'hostaddress', 'URI': 'uri', 'Range': 'range',
}
PYTHON = {str: 'string', bool: 'boolean', int: 'integer', float: 'float', list: 'list', dict: 'dict'}
# Glance's stores: the section that documents the options of each type of store.
STORES = (('cinder', 'cinder'), ('file', 'filesystem'), ('http', 'http'), ('rbd', 'rbd'), ('s3', 's3'),
          ('swift', 'swift'), ('vmware', 'vmware_datastore'))


def machine():
    """This machine's names and address, which have no place in a default."""
    probe = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        probe.connect(('192.0.2.1', 80))  # sends nothing: the system only chooses the address to send from
        address = probe.getsockname()[0]
    except OSError:
        address = None
    finally:
        probe.close()
    return {socket.gethostname(), socket.getfqdn()}, address


NAMES, ADDRESS = machine()


def plain(value):
    if value is None or isinstance(value, (bool, int, float)):
        return value
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(item) for item in value]
    return scrubbed(str(value))


def scrubbed(text):
    for prefix in (os.path.realpath(sys.prefix), sys.prefix):
        text = text.replace(prefix, '<prefix>')
    text = re.sub('<prefix>/lib/python[0-9.]+/site-packages', '<pybasedir>', text)
    if text in NAMES:
        return '<hostname>'
    if text == os.path.basename(sys.argv[0]):
        return '<process>'
    return '<host_ipv4>' if text == ADDRESS else text


def type_facts(kind):
    """What an oslo.config type says of values."""
    # keystoneauth's options have Python's own types.
    name, facts = TYPES.get(type(kind).__name__), {}
    if isinstance(kind, type):
        name = name or PYTHON.get(kind)
    if name is None:
        # A type of the project's own: what it derives from, and its name.
        name = next((TYPES[base.__name__] for base in type(kind).__mro__ if base.__name__ in TYPES), 'string')
        facts['class'] = getattr(kind, '__name__', type(kind).__name__)
    facts['type'] = name
    for fact, attribute in (('min', 'min'), ('max', 'max')):
        value = getattr(kind, attribute, None)
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            facts[fact] = value
    if name == 'port' and (facts.get('min'), facts.get('max')) == (0, 65535):
        del facts['min'], facts['max']
    choices = getattr(kind, 'choices', None)
    if choices:
        facts['choices'] = [plain(choice[0] if isinstance(choice, tuple) else choice) for choice in choices]
    for fact in ('ignore_case', 'max_length', 'bounds', 'quotes'):
        if getattr(kind, fact, None):
            facts[fact] = getattr(kind, fact)
    if getattr(kind, 'regex', None) is not None:
        facts['regex'] = getattr(kind.regex, 'pattern', kind.regex)
    if getattr(kind, 'schemes', None):
        facts['schemes'] = plain(kind.schemes)
    if name == 'ip':
        version = [digit for digit in '46' if digit in getattr(kind.version_checker, '__name__', '')]
        facts.update({'ip_version': int(digit) for digit in version})
    member = getattr(kind, 'item_type', None) or getattr(kind, 'value_type', None)
    if member is not None and name in ('list', 'dict'):
        item = type_facts(member)
        if item.get('type') == 'string':
            del item['type']
        if item:
            facts['item'] = item
    return facts


def old_names(option, section):
    found = []
    for old in getattr(option, 'deprecated_opts', None) or []:
        name = '%s/%s' % (old.group or section, (old.name or option.dest).replace('-', '_'))
        if name not in found and name != '%s/%s' % (section, option.dest):
            found.append(name)
    return found


def facts(option, section):
    # oslo.config gives the names of configuration files a function for a type: only the default tells more.
    found = {'type': type(option.default).__name__} if isinstance(option.type, FunctionType) else type_facts(option.type)
    if getattr(option, 'multi', False):
        found['multi'] = True
    default = getattr(option, 'sample_default', None)
    if default is not None:
        found['sample'] = True
    elif not callable(option.default):
        default = option.default
    if default is not None:
        found['default'] = plain(default)
    names = old_names(option, section)
    if names:
        found['deprecated'] = names
    # oslo.config of Liberty and Mitaka has fewer attributes.
    if getattr(option, 'deprecated_for_removal', False):
        found['removal'] = True
        if getattr(option, 'deprecated_since', None):
            found['since'] = plain(option.deprecated_since)
    for fact in ('secret', 'required', 'advanced', 'mutable'):
        if getattr(option, fact, False):
            found[fact] = True
    return found


def add(options, section, option):
    """Several modules may define one name: the others' facts are variants."""
    if type(option).__name__ == 'SubCommandOpt':
        return
    new = facts(option, section)
    old = options.setdefault(section, {}).setdefault(option.dest, new)
    if old is new or new in old.get('variants', []):
        return
    if {key: value for key, value in old.items() if key != 'variants'} != new:
        old.setdefault('variants', []).append(new)


def catalogue(file, namespaces):
    known, options, dynamic = oslo.known_namespaces(), {}, {}
    used = [name for index, name in enumerate(namespaces) if name in known and name not in namespaces[:index]]
    for section, group, option in oslo.listed(used):
        add(options, section, option)
        if getattr(group, 'dynamic_group_owner', None):
            dynamic[section] = group.dynamic_group_owner
    result = {
        'file': file, 'namespaces': used, 'options': options, 'dynamic_groups': dynamic,
        'missing': [name for name in namespaces if name not in known],
        'auth_sections': sorted(
            section for section, names in options.items()
            if 'auth_type' in names and ('auth_section' in names or 'auth_url' in names)),
    }
    if file == 'cinder.conf':
        result['open_sections'] = {'enabled_backends': 'backend_defaults'}
    if file == 'glance-api.conf':
        forms = ('%s', 'glance.store.%s.store', 'glance.store.%s.Store')
        stores = {}
        for store, module in STORES:
            named = [store] + [form % module for form in forms[1:]]
            stores.update({store: section for section in named if section in options})
        result['open_sections'] = {'enabled_backends': stores}
    return result


def auth_plugins():
    from keystoneauth1 import loading
    plugins = {}
    for name in loading.get_available_plugin_loaders():
        plugins[name] = {option.dest: facts(option, 'AUTH') for option in loading.get_auth_plugin_conf_options(name)}
    return {'options': plugins}


def main(out, file, *namespaces):
    oslo.prepare()
    found = auth_plugins() if file == '--auth-plugins' else catalogue(file, namespaces)
    with open(out, 'w') as handle:
        json.dump(found, handle)


if __name__ == '__main__':
    main(*sys.argv[1:])
    # Threads that some modules leave behind would keep the interpreter.
    os._exit(0)
