"""Prints as JSON what pyVmomi, a client that shares nothing with ours, sees in a vCenter."""
import json
import os
import ssl
import sys
from urllib.parse import unquote

from pyVim.connect import Disconnect, SmartConnect
from pyVmomi import vim

port, ca, *privileges = sys.argv[1:]
service = SmartConnect(
    host="127.0.0.1", port=int(port), user="administrator@vsphere.local", pwd=os.environ["VCENTER_PASSWORD"],
    sslContext=ssl.create_default_context(cafile=ca))
content = service.RetrieveContent()


def every(kind):
    view = content.viewManager.CreateContainerView(content.rootFolder, [kind], True)
    found = list(view.view)
    view.DestroyView()
    return found


def name(item):
    return unquote(item.name)


def cluster(item):
    settings = item.configurationEx
    granted = content.authorizationManager.HasPrivilegeOnEntities(
        [item], content.sessionManager.currentSession.key, privileges)[0].privAvailability
    return {
        "moref": item._moId, "hosts": sorted(name(host) for host in item.host),
        "datastores": sorted(name(store) for store in item.datastore),
        "networks": sorted(name(network) for network in item.network),
        "drs": [settings.drsConfig.enabled, settings.drsConfig.defaultVmBehavior],
        "ha": [settings.dasConfig.enabled, settings.dasConfig.admissionControlEnabled],
        "granted": sorted(answer.privId for answer in granted if answer.isGranted)}


def host(item):
    hardware = item.summary.hardware
    return {
        "moref": item._moId, "state": [item.runtime.connectionState, item.runtime.inMaintenanceMode],
        "hardware": [hardware.memorySize, hardware.numCpuCores, hardware.numCpuThreads, hardware.cpuMhz],
        "usage": [item.summary.quickStats.overallMemoryUsage, item.summary.quickStats.overallCpuUsage],
        "version": item.summary.config.product.version,
        "port_groups": sorted(f"{group.spec.name} {group.spec.vlanId}" for group in item.config.network.portgroup)}


def datastore(item):
    return {
        "type": item.summary.type, "accessible": item.summary.accessible, "capacity": item.summary.capacity,
        "mode": item.summary.maintenanceMode or "normal",
        "mounts": sorted(f"{name(mount.key)} {mount.mountInfo.accessMode}" for mount in item.host)}


def network(item):
    return {"type": type(item).__name__.split(".")[-1], "hosts": sorted(name(host) for host in item.host)}


print(json.dumps({
    "about": [content.about.version, content.about.apiVersion, content.about.instanceUuid],
    "clusters": {name(item): cluster(item) for item in every(vim.ClusterComputeResource)},
    "hosts": {name(item): host(item) for item in every(vim.HostSystem)},
    "datastores": {name(item): datastore(item) for item in every(vim.Datastore)},
    "networks": {name(item): network(item) for item in every(vim.Network)},
    "datacenters": sorted(name(item) for item in every(vim.Datacenter)),
    "machines": sorted(name(item) for item in every(vim.VirtualMachine)),
}))
Disconnect(service)
