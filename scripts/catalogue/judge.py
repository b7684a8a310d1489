"""Writes mutated configuration files of one kind, and lets oslo-config-validator and oslo.config judge each.

    judge.py FOLDER FILE COUNT SEED NAMESPACE ...

Runs inside a release's virtual environment. FOLDER gets the files and verdicts.json. Options and values come from what
the packages themselves list, so nothing of Polyvisor's catalogue is used here.
"""
import json
import logging
import os
import random
import sys

import oslo_options as oslo  # not "oslo": a package of Liberty has that name

MUTATIONS = ('misspelt', 'moved', 'retyped', 'out of range')
WRONG = {
    'Integer': ['many', '1.5', '0x10', '', '1_000', '+5', '1e3', 'ten'],
    'Float': ['fast', '1,5', '0x1p3', 'nan', '1e3', '.5', '', '5.'],
    'Boolean': ['maybe', '2', '', 'Yes', 'tru', 'OFF'],
    'Port': ['http', '-1', '65536', '65535', '', '80.0'],
    'IPAddress': ['10.0.0.256', '1.2.3', '::1', 'host', '010.0.0.1', ''],
    'URI': ['example.org', 'http://', 'http//x', 'http://a b/', 'ftp://x/y', 'http://[::1]:80/', 'http://x:port/'],
    'HostAddress': ['a b', '-x', '10.0.0.999', '_x', 'a.', '1.2', 'x' * 64],
    'HostDomain': ['a b', '-x', '_x', 'a_b.c', '1.2'],
    'Hostname': ['a b', '-x', '_x', '1.2'],
    'Dict': ['a', 'a:1,b', 'a:1,a:2', ':1', ''],
    'List': ['a,b', '', ',', 'a,,b', '1,x'],
    'String': ['', 'x' * 300, 'two words'],
    'Range': ['5', '5-9', '05-9', 'x-y', '-1--5', '5-'],
}


def kind(option):
    return type(option.type).__name__


def text(value):
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (list, tuple)):
        return ','.join(str(item) for item in value)
    if isinstance(value, dict):
        return ','.join('%s:%s' % pair for pair in sorted(value.items()))
    return str(value)


def plain(option):
    """A value that the option takes, or None when none is known."""
    if option.default is not None and not callable(option.default):
        value = text(option.default)
        return value if '\n' not in value and value.strip() == value else None
    choices = getattr(option.type, 'choices', None)
    if choices:
        return text(list(choices)[0])
    return {
        'String': 'value', 'Integer': str(getattr(option.type, 'min', None) or 1), 'Boolean': 'true', 'Port': '8080',
        'Float': '1.0', 'List': 'a', 'IPAddress': '192.0.2.1', 'URI': 'http://example.org/', 'Hostname': 'example.org',
        'HostAddress': 'example.org', 'HostDomain': 'example.org',
    }.get(kind(option))


def misspell(name, dice):
    at = dice.randrange(len(name))
    return dice.choice([
        name[:at] + name[at + 1:], name[:at] + name[at] + name[at:], name[:at] + dice.choice('aeioxz_') + name[at + 1:],
        name[:at] + name[at + 1:at + 2] + name[at] + name[at + 2:],
    ]) or name + 'x'


def out_of_range(option, dice):
    low, high = getattr(option.type, 'min', None), getattr(option.type, 'max', None)
    choices = getattr(option.type, 'choices', None)
    values = []
    if choices:
        first = text(list(choices)[0])
        values += ['no-such-choice', first.swapcase(), first, '-99']
    if low is not None:
        values += [text(low - 1), text(low)]
    if high is not None:
        values += [text(high + 1), text(high)]
    if getattr(option.type, 'max_length', 0):
        values.append('x' * (option.type.max_length + 1))
    return dice.choice(values) if values else None


class Corpus:
    def __init__(self, name, rows, seed):
        self.name, self.dice = name, random.Random('%s %s' % (name, seed))
        self.options = {}
        for section, _, option in rows:
            self.options.setdefault((section, option.dest), option)
        self.names = sorted(key for key, option in self.options.items() if plain(option) is not None)
        self.sections = sorted({section for section, _ in self.options})

    def file(self, index):
        """Twelve options that are right, and one that was tampered with: (description, text)."""
        mutation = MUTATIONS[index % len(MUTATIONS)]
        lines = {key: plain(self.options[key]) for key in self.dice.sample(self.names, 12)}
        section, name, value = self.mutated(mutation)
        lines.pop((section, name), None)
        by_section = {}
        for (home, option), given in sorted(lines.items()):
            by_section.setdefault(home, []).append('%s = %s' % (option, given))
        by_section.setdefault(section, []).append('%s = %s' % (name, value))
        body = '\n'.join('[%s]\n%s\n' % (home, '\n'.join(given)) for home, given in by_section.items())
        return {'mutation': mutation, 'section': section, 'option': name, 'value': value}, body

    def mutated(self, mutation):
        while True:
            section, name = self.dice.choice(self.names)
            option = self.options[section, name]
            value = plain(option)
            if mutation == 'misspelt':
                name = misspell(name, self.dice)
            elif mutation == 'moved':
                section = self.dice.choice(self.sections)
            elif mutation == 'retyped':
                value = self.dice.choice(WRONG.get(kind(option), ['x']))
                if kind(option) == 'String' and self.dice.random() < 0.9:
                    continue
            else:
                value = out_of_range(option, self.dice)
            if value is not None:
                return section, name, value


class Judges:
    def __init__(self, rows, namespaces):
        from oslo_config import cfg, generator, validator
        self.cfg, self.validator = cfg, validator
        conf = self.validator_conf(['--input-file', os.devnull] + ['--namespace=' + name for name in namespaces])
        groups = generator._get_groups(generator._list_opts(conf.namespace))
        data = generator._generate_machine_readable_data(groups, conf)
        # The validator's own code judges; only its data is made once, and not anew for each file.
        validator.load_opt_data = lambda conf: data
        self.layers = []
        for section, group, option in rows:
            # A file of a few options is no whole configuration: that others are missing is not judged.
            option.required = False
            self.register(section, group, option)

    def validator_conf(self, arguments):
        conf = self.cfg.ConfigOpts()
        self.validator._register_cli_opts(conf)
        conf(arguments)
        return conf

    def register(self, section, group, option):
        """Definitions of one name that differ go to a layer each: what one of them takes is fine."""
        for conf in self.layers + [None]:
            if conf is None:
                conf = self.cfg.ConfigOpts()
                self.layers.append(conf)
            try:
                conf.register_opt(option, None if section == 'DEFAULT' else section)
                return
            except self.cfg.DuplicateOptError:
                continue

    def names(self, path):
        """What the validator says: names that are unknown, names that are old."""
        said = []
        handler = logging.Handler()
        handler.emit = lambda record: said.append((record.levelname, record.args))
        root = logging.getLogger()
        root.addHandler(handler)
        level, root.level = root.level, logging.INFO
        try:
            self.validator._validate(self.validator_conf(['--input-file', path, '--opt-data', 'made']))
        finally:
            root.removeHandler(handler)
            root.level = level
        pick = lambda level: sorted('%s/%s' % args[:2] for name, args in said if name == level and len(args) == 2)
        passed = sorted('%s/%s' % (args[1], args[0]) for name, args in said if name == 'INFO' and len(args) == 2)
        return {'unknown': pick('ERROR'), 'old': pick('WARNING'), 'passed over': passed}

    def values(self, path):
        """What oslo.config itself refuses: {section/option: why}."""
        sections, refused = {}, {}
        self.cfg.ConfigParser(path, sections).parse()
        fine = set()
        for conf in self.layers:
            conf.clear()
            conf(['--config-file', path], default_config_files=[])
            for section, options in sections.items():
                group = None if section == 'DEFAULT' else conf._groups.get(section)
                if section != 'DEFAULT' and group is None:
                    continue
                known = conf._opts if group is None else group._opts
                for option in options:
                    if option not in known:
                        continue
                    key = '%s/%s' % (section, option)
                    try:
                        conf._get(option, group)
                        fine.add(key)
                    except Exception as error:
                        refused[key] = '%s: %s' % (type(error).__name__, error)
        return {key: why for key, why in refused.items() if key not in fine}


def settable(namespaces):
    """What files may set. Options of the command line are oslo.config's own: a file that sets them makes it read others."""
    own = ('config_file', 'config_dir', 'config_source')
    return [row for row in oslo.listed(namespaces)
            if type(row[2]).__name__ != 'SubCommandOpt' and row[2].dest not in own]


def main(folder, name, count, seed, *namespaces):
    oslo.prepare()
    known = oslo.known_namespaces()
    namespaces = [space for space in namespaces if space in known]
    rows = settable(namespaces)
    judges, corpus, verdicts = Judges(rows, namespaces), Corpus(name, rows, seed), []
    for index in range(int(count)):
        verdict, body = corpus.file(index)
        path = os.path.join(folder, '%s-%03d.conf' % (name, index))
        with open(path, 'w') as file:
            file.write(body)
        verdict.update(path=path, file=name, names=judges.names(path), refused=judges.values(path))
        verdicts.append(verdict)
    with open(os.path.join(folder, name + '.verdicts.json'), 'w') as file:
        json.dump(verdicts, file, indent=1, sort_keys=True)


if __name__ == '__main__':
    main(*sys.argv[1:])
    # Threads that some modules leave behind would keep the interpreter.
    sys.stdout.flush()
    os._exit(0)
