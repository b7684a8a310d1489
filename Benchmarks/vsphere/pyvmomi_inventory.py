"""Reads with pyVmomi what `VSphereBenchmark inventory` reads: the same views, types and properties, in as many calls."""
import json
import os
import ssl
import sys
import time

from pyVim.connect import Disconnect, SmartConnect
from pyVmomi import vim, vmodl

Spec = vmodl.query.PropertyCollector
EVERYWHERE = {
    vim.Datacenter: ["name", "parent"], vim.Folder: ["name", "parent"], vim.ComputeResource: ["name", "parent"],
    vim.HostSystem: [
        "name", "parent", "runtime.connectionState", "runtime.inMaintenanceMode", "runtime.powerState",
        "summary.hardware.memorySize", "summary.hardware.numCpuCores", "summary.hardware.numCpuThreads",
        "summary.hardware.cpuMhz", "summary.quickStats.overallMemoryUsage", "summary.quickStats.overallCpuUsage",
        "summary.config.product.version", "summary.config.product.build", "config.network.portgroup", "datastore",
        "network"],
    vim.Datastore: [
        "name", "parent", "summary.url", "summary.type", "summary.accessible", "summary.capacity",
        "summary.freeSpace", "summary.maintenanceMode", "host", "browser"],
    vim.Network: ["name", "parent", "host"],
    vim.DistributedVirtualSwitch: ["name", "parent", "summary.hostMember"],
}
BESIDES = {
    vim.ClusterComputeResource: [
        "host", "datastore", "network", "resourcePool", "configurationEx", "summary.totalCpu", "summary.totalMemory",
        "summary.effectiveCpu", "summary.effectiveMemory", "summary.numHosts", "summary.numEffectiveHosts"],
    vim.dvs.DistributedVirtualPortgroup: ["config.defaultPortConfig", "config.distributedVirtualSwitch", "tag"],
}
MACHINES = {vim.VirtualMachine: ["name", "config.instanceUuid", "runtime.powerState", "parent", "runtime.host"]}


def read(content, *specifications):
    types = [kind for specification in specifications for kind in specification]
    view = content.viewManager.CreateContainerView(content.rootFolder, types, True)
    start = Spec.ObjectSpec(
        obj=view, skip=True,
        selectSet=[Spec.TraversalSpec(type=vim.view.ContainerView, path="view", skip=False)])
    filters = [
        Spec.FilterSpec(
            objectSet=[start], propSet=[Spec.PropertySpec(type=kind, pathSet=paths) for kind, paths in each.items()])
        for each in specifications]
    collector, found = content.propertyCollector, {}
    page = collector.RetrievePropertiesEx(filters, Spec.RetrieveOptions())
    while page is not None:
        for item in page.objects:
            found.setdefault(item.obj, {}).update((p.name, p.val) for p in item.propSet)
        page = collector.ContinueRetrievePropertiesEx(page.token) if page.token else None
    view.DestroyView()
    return found


def main(port, ca):
    started = time.monotonic()
    context = ssl.create_default_context(cafile=ca)
    service = SmartConnect(
        host="127.0.0.1", port=int(port), user="administrator@vsphere.local",
        pwd=os.environ.get("VCENTER_PASSWORD", ""), sslContext=context)
    content = service.RetrieveContent()
    inventory = read(content, EVERYWHERE, BESIDES)
    machines = read(content, MACHINES)
    figures = {"seconds": time.monotonic() - started}

    def count(kind):
        return sum(isinstance(item, kind) for item in inventory)

    figures.update(
        hosts=count(vim.HostSystem), clusters=count(vim.ClusterComputeResource), datastores=count(vim.Datastore),
        networks=count(vim.Network), machines=len(machines),
        named=sum(bool(m.get("name")) and m.get("config.instanceUuid") is not None for m in machines.values()))
    Disconnect(service)
    print(json.dumps(figures, sort_keys=True))


if __name__ == "__main__":
    main(*sys.argv[1:3])
