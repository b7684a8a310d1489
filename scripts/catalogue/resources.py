"""The option catalogues that Polyvisor carries: reading and writing Sources/Release/Resources/catalog.

releases.json lists the releases in their order, each with a letter. COMPONENT.options has the options of one
component in all releases, one line each:

    !KEY <TAB> LETTERS <TAB> JSON        what is said of the component as a whole
    [SECTION]
    OPTION <TAB> LETTERS <TAB> JSON      one option's facts, in the releases that LETTERS names

code.names has the entry points and classes that options may name, one line each:

    [:GROUP] or [MODULE]
    NAME <TAB> LETTERS [<TAB> TARGET]    the target of an entry point is a class's path

LETTERS are single releases (h), ranges (t-z) and ranges that are still open (z-: zed up to the newest release that
releases.json lists), one after the other: hjt-.
"""
import json
import os

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
CATALOG = os.path.join(ROOT, 'Sources/Release/Resources/catalog')
META = ('auth_sections', 'dynamic_groups', 'file', 'namespaces', 'open_sections', 'version')
LETTERS = 'hijktuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'
# Releases that are known as history: their options and old names tell what became of an option, and that is all.
HISTORY = ('liberty', 'mitaka', 'newton', 'ocata', 'pike', 'queens', 'rocky', 'stein')


def compact(value):
    return json.dumps(value, sort_keys=True, separators=(',', ':'), ensure_ascii=True)


def write_text(path, text):
    """Writes beside the file, then renames: a stopped run leaves the old file."""
    with open(path + '.new', 'w') as file:
        file.write(text)
    os.replace(path + '.new', path)


class Releases:
    """releases.json: what is known of each release, in their order."""

    def __init__(self):
        self.path = os.path.join(CATALOG, 'releases.json')
        self.entries = json.load(open(self.path)) if os.path.exists(self.path) else []

    @property
    def names(self):
        return [entry['name'] for entry in self.entries]

    @property
    def letters(self):
        return ''.join(entry['letter'] for entry in self.entries)

    def letter(self, name):
        return self.entries[self.names.index(name)]['letter']

    def put(self, entry):
        """Adds a release, or replaces what is known of it. A new one goes behind all others, one of history to its place."""
        known = {old['name']: old for old in self.entries}
        if entry['name'] in known:
            old = known[entry['name']]
            old.update({key: value for key, value in entry.items() if value})
            old['gaps'] = entry['gaps']
        elif entry['name'] in HISTORY:
            later = HISTORY[HISTORY.index(entry['name']) + 1:] + ('train',)
            place = min(index for index, old in enumerate(self.entries) if old['name'] in later)
            self.entries.insert(place, dict(entry, letter=entry['name'][0], history=True))
        else:
            free = [letter for letter in LETTERS if letter not in self.letters]
            self.entries.append(dict(entry, letter=free[0]))

    def write(self):
        rows = [json.dumps(entry, sort_keys=True) for entry in self.entries]
        write_text(self.path, '[\n' + ',\n'.join(rows) + '\n]\n')


def expand(letters, order):
    """The single letters that a range names, in `order`."""
    found, index = set(), 0
    while index < len(letters):
        first = order.index(letters[index])
        last, index = first, index + 1
        if index < len(letters) and letters[index] == '-':
            # An open range is the last thing of its line, so whatever follows a dash ends the range.
            closed = index + 1 < len(letters)
            last = order.index(letters[index + 1]) if closed else len(order) - 1
            index += 2 if closed else 1
        found.update(order[first:last + 1])
    return found


def contract(found, order):
    """The shortest writing of a set of letters."""
    parts, index = [], 0
    while index < len(order):
        if order[index] not in found:
            index += 1
            continue
        first = index
        while index + 1 < len(order) and order[index + 1] in found:
            index += 1
        if index == len(order) - 1:
            parts.append(order[first] + '-')
        elif index == first:
            parts.append(order[first])
        else:
            parts.append(order[first] + '-' + order[index])
        index += 1
    return ''.join(parts)


class OptionFile:
    """COMPONENT.options: {(section, option): {facts: letters}}, and the same of the component as a whole."""

    def __init__(self, component, order):
        self.path = os.path.join(CATALOG, component + '.options')
        self.rows, self.meta = {}, {}
        if os.path.exists(self.path):
            self.read(order)

    def read(self, order):
        section = None
        for line in open(self.path):
            line = line.rstrip('\n')
            if line.startswith('[') and line.endswith(']'):
                section = line[1:-1]
            elif line:
                name, letters, facts = line.split('\t')
                rows, key = (self.meta, name[1:]) if name[0] == '!' else (self.rows, (section, name))
                rows.setdefault(key, {})[facts] = expand(letters, order)

    def put(self, letter, catalogue):
        """Replaces what is known of one release; None: the release has no such component."""
        for rows in (self.rows, self.meta):
            for variants in rows.values():
                for found in variants.values():
                    found.discard(letter)
        if catalogue is None:
            return
        for key in META:
            if catalogue.get(key):
                self.meta.setdefault(key, {}).setdefault(compact(catalogue[key]), set()).add(letter)
        for section, options in catalogue['options'].items():
            for option, facts in options.items():
                self.rows.setdefault((section, option), {}).setdefault(compact(facts), set()).add(letter)

    def write(self, order):
        lines = []

        def add(name, variants):
            for facts, found in sorted(variants.items(), key=lambda item: sorted(map(order.index, item[1]))):
                if found:
                    lines.append('\t'.join((name, contract(found, order), facts)))

        for key in sorted(self.meta):
            add('!' + key, self.meta[key])
        last = None
        for section, option in sorted(self.rows):
            if not any(self.rows[section, option].values()):
                continue
            if section != last:
                lines.append('[%s]' % section)
                last = section
            add(option, self.rows[section, option])
        if lines:
            write_text(self.path, '\n'.join(lines) + '\n')
        elif os.path.exists(self.path):
            os.remove(self.path)


class CodeNames:
    """code.names: {(section, name, target or None): letters}."""

    def __init__(self, order):
        self.path = os.path.join(CATALOG, 'code.names')
        self.rows, section = {}, None
        for line in open(self.path) if os.path.exists(self.path) else ():
            line = line.rstrip('\n')
            if line.startswith('['):
                section = line[1:-1]
            elif line:
                name, letters, *target = line.split('\t')
                self.rows[section, name, target[0] if target else ''] = expand(letters, order)

    def put(self, letter, found):
        """Replaces what is known of one release."""
        for letters in self.rows.values():
            letters.discard(letter)
        for section, names in found.items():
            for name, target in names.items():
                self.rows.setdefault((section, name, target or ''), set()).add(letter)

    def write(self, order):
        lines, last = [], None
        for section, name, target in sorted(self.rows):
            letters = self.rows[section, name, target]
            if not letters:
                continue
            if section != last:
                lines.append('[%s]' % section)
                last = section
            lines.append('\t'.join([name, contract(letters, order)] + ([target] if target else [])))
        write_text(self.path, '\n'.join(lines) + '\n')


def merge_code(release, found):
    """Puts the names of one release's code into code.names. The release stands in releases.json already."""
    releases = Releases()
    names = CodeNames(releases.letters)
    names.put(releases.letter(release), found)
    names.write(releases.letters)


def components():
    return sorted(name[:-len('.options')] for name in os.listdir(CATALOG) if name.endswith('.options'))


def read_release(name):
    """{component: catalogue} of one release, as the resources have it."""
    releases = Releases()
    letter, order, result = releases.letter(name), releases.letters, {}
    for component in components():
        file, options = OptionFile(component, order), {}
        for (section, option), variants in file.rows.items():
            for facts, found in variants.items():
                if letter in found:
                    options.setdefault(section, {})[option] = json.loads(facts)
        if options:
            result[component] = {'options': options}
            for key, variants in file.meta.items():
                for value, found in variants.items():
                    if letter in found:
                        result[component][key] = json.loads(value)
    return result


def merge(entry, catalogues):
    """Puts one release's catalogues into the resources: `entry` for releases.json, {component: catalogue}."""
    os.makedirs(CATALOG, exist_ok=True)
    releases = Releases()
    before = releases.letters
    releases.put(entry)
    order, letter = releases.letters, releases.letter(entry['name'])
    names = CodeNames(before or order)
    names.write(order)
    for component in sorted(set(components()) | set(catalogues)):
        # Read by the order of before: an open range ended with the newest release of then.
        file = OptionFile(component, before or order)
        file.put(letter, catalogues.get(component))
        file.write(order)
    releases.write()
