package main

import (
	"log"

	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/types"
)

func (m *machines) hostTask(
	ref types.ManagedObjectReference, name string, work func(*simulator.HostSystem) types.BaseMethodFault,
) *outcome {
	host, ok := simulator.Map.Get(ref).(*simulator.HostSystem)
	if !ok {
		return nil
	}
	task := simulator.CreateTask(host, name, func(*simulator.Task) (types.AnyType, types.BaseMethodFault) {
		return nil, work(host)
	})
	return m.run(task, name+" of "+host.Name)
}

// place is what DRS does before a machine is started: the library took any host of the cluster when it made the machine.
func (m *machines) place(vm *simulator.VirtualMachine) types.BaseMethodFault {
	host := hostOf(vm)
	if isUsable(host) {
		return nil
	}
	if other := anotherHost(host); other != nil {
		return m.relocate(vm, toHost(vm, other))
	}
	return &types.InvalidHostState{Host: &host.Self}
}

func isUsable(host *simulator.HostSystem) bool {
	return host.Runtime.ConnectionState == types.HostSystemConnectionStateConnected && !host.Runtime.InMaintenanceMode
}

// anotherHost of the same cluster, that can take machines: the one with the fewest.
func anotherHost(host *simulator.HostSystem) *simulator.HostSystem {
	cluster := clusterOf(host)
	if cluster == nil {
		return nil
	}
	var best *simulator.HostSystem
	for _, ref := range cluster.Host {
		other, ok := simulator.Map.Get(ref).(*simulator.HostSystem)
		if ok && other != host && isUsable(other) && (best == nil || len(other.Vm) < len(best.Vm)) {
			best = other
		}
	}
	return best
}

func clusterOf(host *simulator.HostSystem) *simulator.ClusterComputeResource {
	cluster, _ := simulator.Map.Get(*host.Parent).(*simulator.ClusterComputeResource)
	return cluster
}

func toHost(vm *simulator.VirtualMachine, host *simulator.HostSystem) *types.RelocateVM_Task {
	return &types.RelocateVM_Task{This: vm.Self, Spec: types.VirtualMachineRelocateSpec{Host: &host.Self}}
}

// relocate moves a machine to another host. Its guest goes on; what the library forgets is the hosts' lists of machines.
func (m *machines) relocate(vm *simulator.VirtualMachine, r *types.RelocateVM_Task) types.BaseMethodFault {
	if r.Spec.Host != nil {
		host, ok := simulator.Map.Get(*r.Spec.Host).(*simulator.HostSystem)
		if !ok {
			return &types.InvalidArgument{InvalidProperty: "spec.host"}
		}
		if !isUsable(host) {
			return &types.InvalidHostState{Host: &host.Self}
		}
	}
	from := hostOf(vm)
	body := vm.RelocateVMTask(internal(vm), r).(*methods.RelocateVM_TaskBody)
	if fault := faultOf(body.Res.Returnval); fault != nil {
		return fault
	}
	if to := hostOf(vm); from != to {
		simulator.Map.RemoveReference(from, &from.Vm, vm.Self)
		simulator.Map.AddReference(to, &to.Vm, vm.Self)
	}
	return asFault(m.guests.moveConsole(vm))
}

// fail takes a host away with all that runs on it. Where HA watches it, other hosts of the cluster start its machines
// again.
func (m *machines) fail(host *simulator.HostSystem) types.BaseMethodFault {
	simulator.Map.Update(host, []types.PropertyChange{
		{Name: "runtime.connectionState", Val: types.HostSystemConnectionStateNotResponding},
		{Name: "runtime.powerState", Val: types.HostSystemPowerStateUnknown},
	})
	lost := machinesOn(host)
	for _, vm := range lost {
		m.guests.crash(vm.Self)
	}
	for _, vm := range lost {
		vm := vm
		simulator.Map.WithLock(vm, func() {
			if vm.Runtime.PowerState == types.VirtualMachinePowerStatePoweredOff {
				return
			}
			wasOn := vm.Runtime.PowerState == types.VirtualMachinePowerStatePoweredOn
			turnOff(vm)
			if wasOn && isWatched(host) {
				log.Printf("HA: %s failed, %s (%s) starts again: fault %v", host.Name, vm.Self.Value, vm.Name, m.powerOn(vm))
			}
		})
	}
	return nil
}

// machinesOn are those that are not off; the list that the host itself has misses some after a move.
func machinesOn(host *simulator.HostSystem) []*simulator.VirtualMachine {
	var all []*simulator.VirtualMachine
	for _, entity := range simulator.Map.All("VirtualMachine") {
		vm := entity.(*simulator.VirtualMachine)
		if vm.Runtime.Host != nil && *vm.Runtime.Host == host.Self &&
			vm.Runtime.PowerState != types.VirtualMachinePowerStatePoweredOff {
			all = append(all, vm)
		}
	}
	return all
}

// isWatched says whether HA is on for a host.
func isWatched(host *simulator.HostSystem) bool {
	cluster := clusterOf(host)
	return cluster != nil && haOf(cluster).Enabled != nil && *haOf(cluster).Enabled
}

// reconnect brings a host back that had failed.
func (m *machines) reconnect(host *simulator.HostSystem) types.BaseMethodFault {
	simulator.Map.Update(host, []types.PropertyChange{
		{Name: "runtime.connectionState", Val: types.HostSystemConnectionStateConnected},
		{Name: "runtime.powerState", Val: types.HostSystemPowerStatePoweredOn},
	})
	return nil
}

// enterMaintenance moves the host's machines to others where DRS is automatic. A real vCenter waits for machines that
// find no place; here they stay, as there is nobody who would move them.
func (m *machines) enterMaintenance(host *simulator.HostSystem) types.BaseMethodFault {
	simulator.Map.Update(host, []types.PropertyChange{{Name: "runtime.inMaintenanceMode", Val: true}})
	if !movesByItself(host) {
		return nil
	}
	for _, vm := range machinesOn(host) {
		other := anotherHost(host)
		if other == nil {
			return nil
		}
		vm := vm
		simulator.Map.WithLock(vm, func() {
			if fault := m.relocate(vm, toHost(vm, other)); fault != nil {
				log.Printf("%s (%s) stays on %s, which is in maintenance: %T", vm.Self.Value, vm.Name, host.Name, fault)
			}
		})
	}
	return nil
}

func movesByItself(host *simulator.HostSystem) bool {
	cluster := clusterOf(host)
	if cluster == nil {
		return false
	}
	drs := drsOf(cluster)
	return drs.Enabled != nil && *drs.Enabled && drs.DefaultVmBehavior == types.DrsBehaviorFullyAutomated
}
