"""The packages of a release, from PyPI, in a virtual environment."""
import os
import re
import subprocess
import sys
import tarfile
import tempfile

import resources

# Each project's major version of Train; it goes up by one with each release.
TRAIN = {'nova': 20, 'neutron': 15, 'glance': 19, 'cinder': 15, 'keystone': 16, 'placement': 2}
DISTRIBUTIONS = {'placement': 'openstack-placement'}
# Their absence would leave out options silently: glance_store and cinder list the drivers alone that import.
DRIVERS = ('oslo.vmware', 'python-swiftclient', 'boto3', 'python-memcached', 'osprofiler', 'PyMySQL',
           'python-ironicclient', 'pyroute2', 'google-api-python-client')


class PackageError(Exception):
    pass


def distribution(project):
    return DISTRIBUTIONS.get(project, project)


def requirement(release, project):
    """The versions of a project that belong to a release: `nova==26.*` for Zed."""
    names = resources.Releases().names
    place = names.index(release) if release in names else len(names)
    return '%s==%d.*' % (distribution(project), TRAIN[project] + place - names.index('train'))


def folder(release):
    base = os.environ.get('XDG_CACHE_HOME') or os.path.expanduser('~/.cache')
    return os.path.join(base, 'polyvisor', 'releases', release)


def run(*command):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode:
        raise PackageError('%s: %s' % (' '.join(command[:4]), done.stdout.strip()[-2000:]))
    return done.stdout


def constraints_without_projects(source, place):
    """The release's upper-constraints.txt but for the projects themselves, whose newest versions are wanted."""
    if re.match('https?:', source):
        import urllib.request
        try:
            with urllib.request.urlopen(source, timeout=30) as answer:
                text = answer.read().decode()
        except OSError as error:
            raise PackageError('%s: %s; --constraints FILE takes a file that you have' % (source, error))
    else:
        with open(source) as file:
            text = file.read()
    projects = {distribution(project).lower() for project in TRAIN}
    lines = [line for line in text.splitlines() if re.split('[=<>!;]', line)[0].strip().lower() not in projects]
    path = os.path.join(place, 'constraints.txt')
    with open(path, 'w') as file:
        file.write('\n'.join(lines) + '\n')
    return path


def environment(release, python=sys.executable, constraints=None):
    """The folder of a virtual environment with the release's packages; made when it is not there yet."""
    place = folder(release)
    if os.path.exists(os.path.join(place, 'complete')):
        return place
    if not constraints:
        constraints = 'https://releases.openstack.org/constraints/upper/' + release
    os.makedirs(place, exist_ok=True)
    pins = constraints_without_projects(constraints, place)
    say('making a virtual environment in %s' % place)
    run(python, '-m', 'venv', place)
    pip = os.path.join(place, 'bin', 'pip')
    projects = [requirement(release, project) for project in TRAIN]
    say('installing %s' % ', '.join(projects))
    run(pip, 'install', '-q', '--disable-pip-version-check', '-c', pins, 'setuptools<81', *projects, *DRIVERS)
    open(os.path.join(place, 'complete'), 'w').close()
    return place


def site_packages(place):
    """The folder with the packages themselves."""
    lib = os.path.join(place, 'lib')
    return os.path.join(lib, next(name for name in os.listdir(lib) if name.startswith('python')), 'site-packages')


def version(place, project):
    code = ('import sys\ntry:\n import importlib.metadata as m; print(m.version(sys.argv[1]))\n'
            'except ImportError:\n import pkg_resources as p; print(p.get_distribution(sys.argv[1]).version)')
    return run(os.path.join(place, 'bin', 'python'), '-c', code, distribution(project)).strip()


def generator_files(place, project):
    """{configuration file: its namespaces}, from the project's own *-config-generator.conf in its source package.

    Wheels do not have these files, so the source package of the installed version is fetched.
    """
    with tempfile.TemporaryDirectory() as target:
        run(sys.executable, '-m', 'pip', 'download', '-q', '--disable-pip-version-check', '--no-deps',
            '--ignore-requires-python', '--no-binary', distribution(project), '-d', target,
            '%s==%s' % (distribution(project), version(place, project)))
        archive = next(name for name in os.listdir(target) if name.endswith('.tar.gz'))
        with tarfile.open(os.path.join(target, archive)) as source:
            texts = [source.extractfile(member).read().decode() for member in source if is_generator(member.name)]
    return dict(sorted(filter(None, map(generator_file, texts))))


def generator_files_in(sources, project):
    """The same from a folder with the project's source tree; None where there is no such tree."""
    found, top = {}, os.path.join(sources, project)
    for folder, _, names in os.walk(top):
        for name in names:
            path = os.path.join(folder, name)
            if is_generator(os.path.relpath(path, top)):
                with open(path) as file:
                    found.update(filter(None, [generator_file(file.read())]))
    return dict(sorted(found.items())) if os.path.isdir(top) else None


def is_generator(path):
    return 'config-generator' in path and path.endswith(('.conf', '.ini'))


def generator_file(text):
    output = re.search(r'^output_file *= *(.+)$', text, re.M)
    namespaces = re.findall(r'^namespace *= *(\S+)', text, re.M)
    if not output or not namespaces:
        return None
    name = re.sub(r'\.sample$', '', os.path.basename(output.group(1)).strip())
    # Keystone's policy is made in the same way, and is no configuration file.
    return (name, namespaces) if name.endswith(('.conf', '.ini')) else None


def say(text):
    print('polyvisor: %s' % text, file=sys.stderr, flush=True)
