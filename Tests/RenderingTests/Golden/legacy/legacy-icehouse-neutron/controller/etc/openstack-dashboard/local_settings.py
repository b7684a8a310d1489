# Made by Polyvisor from templates/legacy/horizon/local_settings.py.mustache for node controller.
# Do not edit: change the topology, its overrides or the template, and run `polyvisor render` again.
DEBUG = False
ALLOWED_HOSTS = ['192.0.2.10', 'controller', 'localhost']
SECRET_KEY = "golden-horizon"
CACHES = {
    'default': {
        'BACKEND': 'django.core.cache.backends.memcached.MemcachedCache',
        'LOCATION': ['127.0.0.1:11211', ],
    }
}
OPENSTACK_HOST = "192.0.2.10"
OPENSTACK_KEYSTONE_URL = "http://%s:5000/v2.0" % OPENSTACK_HOST
OPENSTACK_KEYSTONE_DEFAULT_ROLE = "_member_"
OPENSTACK_HYPERVISOR_FEATURES = {
    'can_set_mount_point': False,
}
TIME_ZONE = "UTC"
