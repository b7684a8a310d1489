package main

import (
	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/types"
)

// powerOn starts a guest, or lets one go on that was suspended; the caller holds the machine's lock, as everywhere here.
func (m *machines) powerOn(vm *simulator.VirtualMachine) types.BaseMethodFault {
	switch {
	case vm.Runtime.PowerState == types.VirtualMachinePowerStatePoweredOn:
		return wrongState(vm, types.VirtualMachinePowerStatePoweredOff)
	case vm.Config.Template:
		return &types.InvalidState{}
	case vm.Runtime.PowerState == types.VirtualMachinePowerStateSuspended && m.guests.of(vm.Self) != nil:
		if err := m.guests.command(vm.Self, "cont", nil); err != nil {
			return asFault(err)
		}
	default:
		if fault := m.place(vm); fault != nil {
			return fault
		}
		if err := m.guests.start(vm); err != nil {
			return asFault(err)
		}
	}
	return turn(vm.PowerOnVMTask(internal(vm), &types.PowerOnVM_Task{This: vm.Self}).(*methods.PowerOnVM_TaskBody))
}

func turn(body *methods.PowerOnVM_TaskBody) types.BaseMethodFault {
	if body.Res == nil {
		return refused(body)
	}
	return faultOf(body.Res.Returnval)
}

func (m *machines) powerOff(vm *simulator.VirtualMachine) types.BaseMethodFault {
	if vm.Runtime.PowerState == types.VirtualMachinePowerStatePoweredOff {
		return wrongState(vm, types.VirtualMachinePowerStatePoweredOn)
	}
	m.guests.stop(vm.Self)
	return turnOff(vm)
}

// turnOff sets the state, and tells whoever watches.
func turnOff(vm *simulator.VirtualMachine) types.BaseMethodFault {
	body := vm.PowerOffVMTask(internal(vm), &types.PowerOffVM_Task{This: vm.Self}).(*methods.PowerOffVM_TaskBody)
	return faultOf(body.Res.Returnval)
}

// suspend stops a guest and keeps its memory, as QEMU's driver of VMDK lets no state be saved.
func (m *machines) suspend(vm *simulator.VirtualMachine) types.BaseMethodFault {
	if vm.Runtime.PowerState != types.VirtualMachinePowerStatePoweredOn {
		return wrongState(vm, types.VirtualMachinePowerStatePoweredOn)
	}
	if err := m.guests.command(vm.Self, "stop", nil); err != nil {
		return asFault(err)
	}
	body := vm.SuspendVMTask(internal(vm), &types.SuspendVM_Task{This: vm.Self}).(*methods.SuspendVM_TaskBody)
	return faultOf(body.Res.Returnval)
}

func (m *machines) reset(vm *simulator.VirtualMachine) types.BaseMethodFault {
	if vm.Runtime.PowerState != types.VirtualMachinePowerStatePoweredOn {
		return wrongState(vm, types.VirtualMachinePowerStatePoweredOn)
	}
	if err := m.guests.command(vm.Self, "system_reset", nil); err != nil {
		return asFault(err)
	}
	body := vm.ResetVMTask(internal(vm), &types.ResetVM_Task{This: vm.Self}).(*methods.ResetVM_TaskBody)
	return faultOf(body.Res.Returnval)
}

// press is a button of the machine, for a method without a task. A real vCenter asks VMware Tools in the guest; this one
// has the ACPI button instead. Where no guest is run, the machine is off at once, as the library has it.
func (m *machines) press(ref types.ManagedObjectReference, button string) *outcome {
	vm := machineOf(ref)
	if vm == nil || m.guests.cfg == nil && button == "system_powerdown" {
		return nil
	}
	var fault types.BaseMethodFault
	simulator.Map.WithLock(vm, func() {
		if vm.Runtime.PowerState != types.VirtualMachinePowerStatePoweredOn {
			fault = wrongState(vm, types.VirtualMachinePowerStatePoweredOn)
		} else {
			fault = asFault(m.guests.command(vm.Self, button, nil))
		}
	})
	return &outcome{fault: fault, words: wordsOf(fault)}
}
