"""oslo.config of one release, as it lists the options of its projects. Runs inside the release's virtual environment."""
import logging
import os


def prepare():
    """Makes the projects' modules import outside of a service. Call it before anything of OpenStack's is imported."""
    os.environ.setdefault('OS_NOVA_DISABLE_EVENTLET_PATCHING', '1')
    logging.basicConfig(level=logging.ERROR)
    try:
        import eventlet  # noqa: F401  (some releases want it first)
    except ImportError:
        pass
    from oslo_config import cfg
    real = cfg.ConfigOpts.find_file

    def find_file(self, name):
        """Glance asks for files before its options are read."""
        try:
            return real(self, name)
        except cfg.NotInitializedError:
            return None

    cfg.ConfigOpts.find_file = find_file


def known_namespaces():
    """The names under which the installed packages list options."""
    try:
        import importlib.metadata as metadata
    except ImportError:  # the Python of releases before Train
        import pkg_resources
        return {point.name for point in pkg_resources.iter_entry_points('oslo.config.opts')}
    points = metadata.entry_points()
    found = points.select(group='oslo.config.opts') if hasattr(points, 'select') else points['oslo.config.opts']
    return {point.name for point in found}


def listed(namespaces):
    """[(group's name, group or None, option)] in the order in which the packages list them, unknown names left out."""
    from oslo_config import generator
    known = known_namespaces()
    rows = []
    for _, groups in generator._list_opts([name for name in namespaces if name in known]):
        for group, options in groups:
            name = getattr(group, 'name', group) or 'DEFAULT'
            rows.extend((str(name), group, option) for option in options)
    return rows
