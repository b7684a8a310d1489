package main

import (
	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/types"
)

// linkedClone is the disk move type that makes children of the source's disks.
const linkedClone = string(types.VirtualMachineRelocateDiskMoveOptionsCreateNewChildDiskBacking)

// clone makes a machine of another one, whose lock the caller holds. The library changes the source's disks and leaves
// the clone's empty.
func (m *machines) clone(vm *simulator.VirtualMachine, r *types.CloneVM_Task) (types.AnyType, types.BaseMethodFault) {
	before := vm.Config.Hardware.Device
	vm.Config.Hardware.Device = copied(before)
	body := vm.CloneVMTask(internal(vm), r).(*methods.CloneVM_TaskBody)
	vm.Config.Hardware.Device = before
	if fault := faultOf(body.Res.Returnval); fault != nil {
		return nil, fault
	}
	ref, ok := resultOf(body.Res.Returnval).(types.ManagedObjectReference)
	made := machineOf(ref)
	if !ok || made == nil {
		return nil, &types.SystemError{Reason: "the clone was not made"}
	}
	source := disksOf(before)
	if r.Spec.Snapshot != nil {
		if frozen, ok := simulator.Map.Get(*r.Spec.Snapshot).(*simulator.VirtualMachineSnapshot); ok {
			source = disksOf(frozen.Config.Hardware.Device)
		}
	}
	for i, disk := range disksOf(made.Config.Hardware.Device) {
		if i == len(source) {
			break
		}
		if err := copyInto(disk, source[i], r.Spec.Location.DiskMoveType == linkedClone); err != nil {
			return nil, asFault(err)
		}
	}
	if !r.Spec.PowerOn {
		return ref, nil
	}
	var fault types.BaseMethodFault
	simulator.Map.WithLock(made, func() { fault = m.powerOn(made) })
	return ref, fault
}

func copyInto(disk, source *types.VirtualDisk, linked bool) error {
	file, err := diskFile(disk)
	if err != nil {
		return err
	}
	from, err := diskFile(source)
	if err != nil {
		return err
	}
	if !linked {
		return copyDisk(from, file)
	}
	parent := *backingOf(source)
	backingOf(disk).Parent = &parent
	return makeDelta(file, from)
}
