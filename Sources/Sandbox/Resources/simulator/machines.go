package main

import (
	"context"
	"fmt"
	"log"

	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/soap"
	"github.com/vmware/govmomi/vim25/types"
)

// machines answers the methods of virtual machines and hosts at which disks or guests change, around the library's own.
// The library casts VirtualMachine to its own type, so that no other can be put into its place.
type machines struct {
	guests *guests
	leases *leases
}

// machineMethods are those that machines answers.
var machineMethods = map[string]bool{
	"PowerOnVM_Task": true, "PowerOffVM_Task": true, "ResetVM_Task": true, "SuspendVM_Task": true,
	"ShutdownGuest": true, "RebootGuest": true, "RelocateVM_Task": true, "MigrateVM_Task": true,
	"ReconfigVM_Task": true, "CloneVM_Task": true, "CreateSnapshot_Task": true, "RemoveSnapshot_Task": true,
	"RemoveAllSnapshots_Task": true, "ExportVm": true, "ExportSnapshot": true,
	"ShutdownHost_Task": true, "ReconnectHost_Task": true, "EnterMaintenanceMode_Task": true,
}

// outcome is what a method results in: a reference, or a fault of one that makes no task.
type outcome struct {
	ref   types.ManagedObjectReference
	fault types.BaseMethodFault
	words string
}

// answer performs a method; nil leaves it to the library.
func (m *machines) answer(body interface{}) *outcome {
	switch r := body.(type) {
	case *types.PowerOnVM_Task:
		return m.task(r.This, "powerOn", func(vm *simulator.VirtualMachine) (types.AnyType, types.BaseMethodFault) {
			return nil, m.powerOn(vm)
		})
	case *types.PowerOffVM_Task:
		return m.task(r.This, "powerOff", func(vm *simulator.VirtualMachine) (types.AnyType, types.BaseMethodFault) {
			return nil, m.powerOff(vm)
		})
	case *types.SuspendVM_Task:
		return m.task(r.This, "suspend", func(vm *simulator.VirtualMachine) (types.AnyType, types.BaseMethodFault) {
			return nil, m.suspend(vm)
		})
	case *types.ResetVM_Task:
		return m.task(r.This, "reset", func(vm *simulator.VirtualMachine) (types.AnyType, types.BaseMethodFault) {
			return nil, m.reset(vm)
		})
	case *types.ShutdownGuest:
		return m.press(r.This, "system_powerdown")
	case *types.RebootGuest:
		return m.press(r.This, "system_reset")
	case *types.ShutdownHost_Task:
		return m.hostTask(r.This, "shutdownHost", m.fail)
	case *types.ReconnectHost_Task:
		return m.hostTask(r.This, "reconnectHost", m.reconnect)
	case *types.EnterMaintenanceMode_Task:
		return m.hostTask(r.This, "enterMaintenanceMode", m.enterMaintenance)
	}
	return m.answerForDisks(body)
}

func (m *machines) answerForDisks(body interface{}) *outcome {
	switch r := body.(type) {
	case *types.ReconfigVM_Task:
		return m.task(r.This, "reconfigVm", func(vm *simulator.VirtualMachine) (types.AnyType, types.BaseMethodFault) {
			return nil, m.reconfigure(vm, r)
		})
	case *types.RelocateVM_Task:
		return m.task(r.This, "relocateVm", func(vm *simulator.VirtualMachine) (types.AnyType, types.BaseMethodFault) {
			return nil, m.relocate(vm, r)
		})
	case *types.MigrateVM_Task:
		return m.task(r.This, "migrateVm", func(vm *simulator.VirtualMachine) (types.AnyType, types.BaseMethodFault) {
			return nil, m.relocate(vm, &types.RelocateVM_Task{
				This: r.This, Spec: types.VirtualMachineRelocateSpec{Pool: r.Pool, Host: r.Host}})
		})
	case *types.CloneVM_Task:
		return m.task(r.This, "cloneVm", func(vm *simulator.VirtualMachine) (types.AnyType, types.BaseMethodFault) {
			return m.clone(vm, r)
		})
	case *types.CreateSnapshot_Task:
		return m.task(r.This, "createSnapshot", func(vm *simulator.VirtualMachine) (types.AnyType, types.BaseMethodFault) {
			return m.snapshot(vm, r)
		})
	case *types.RemoveSnapshot_Task:
		return m.removeSnapshot(r)
	case *types.RemoveAllSnapshots_Task:
		return m.task(r.This, "removeAllSnapshots", func(vm *simulator.VirtualMachine) (types.AnyType, types.BaseMethodFault) {
			return nil, m.removeAllSnapshots(vm, r)
		})
	case *types.ExportVm:
		return m.exportMachine(r.This)
	case *types.ExportSnapshot:
		return m.exportSnapshot(r.This)
	}
	return nil
}

// task performs work on a machine as a task, with the machine's lock.
func (m *machines) task(
	ref types.ManagedObjectReference, name string,
	work func(*simulator.VirtualMachine) (types.AnyType, types.BaseMethodFault),
) *outcome {
	vm := machineOf(ref)
	if vm == nil {
		return nil // the library says that it is not there
	}
	task := simulator.CreateTask(vm, name, func(*simulator.Task) (result types.AnyType, fault types.BaseMethodFault) {
		simulator.Map.WithLock(vm, func() { result, fault = work(vm) })
		return result, fault
	})
	return m.run(task, fmt.Sprintf("%s of %s (%s)", name, vm.Self.Value, vm.Name))
}

// run ends with the task; what went wrong is in it, and in the log.
func (m *machines) run(task *simulator.Task, title string) *outcome {
	ref := task.Run()
	if failure := task.Info.Error; failure != nil {
		if words := wordsOf(failure.Fault); words != "" {
			failure.LocalizedMessage = words // the library has the type's name there
		}
		log.Printf("%s: %T %s", title, failure.Fault, failure.LocalizedMessage)
	}
	return &outcome{ref: ref}
}

func wordsOf(fault interface{}) string {
	if f, ok := fault.(*types.GenericVmConfigFault); ok {
		return f.Reason
	}
	return ""
}

func machineOf(ref types.ManagedObjectReference) *simulator.VirtualMachine {
	vm, _ := simulator.Map.Get(ref).(*simulator.VirtualMachine)
	return vm
}

// internal is the context in which the simulator itself calls a method of a machine whose lock it holds.
func internal(held *simulator.VirtualMachine) *simulator.Context {
	session := &simulator.Session{UserSession: types.UserSession{UserName: "vpxd"}, Registry: simulator.NewRegistry()}
	return &simulator.Context{Context: context.Background(), Map: simulator.Map, Session: session, Caller: &held.Self}
}

func wrongState(vm *simulator.VirtualMachine, wanted types.VirtualMachinePowerState) types.BaseMethodFault {
	return &types.InvalidPowerState{RequestedState: wanted, ExistingState: vm.Runtime.PowerState}
}

func asFault(err error) types.BaseMethodFault {
	if err == nil {
		return nil
	}
	return &types.GenericVmConfigFault{Reason: err.Error()}
}

// resultOf is what the task of a method of the library resulted in.
func resultOf(ref types.ManagedObjectReference) types.AnyType {
	if task, ok := simulator.Map.Get(ref).(*simulator.Task); ok {
		return task.Info.Result
	}
	return nil
}

// faultOf is what went wrong in such a task.
func faultOf(ref types.ManagedObjectReference) types.BaseMethodFault {
	task, ok := simulator.Map.Get(ref).(*simulator.Task)
	if !ok || task.Info.Error == nil {
		return nil
	}
	if fault, ok := task.Info.Error.Fault.(types.BaseMethodFault); ok {
		return fault
	}
	return &types.SystemError{Reason: task.Info.Error.LocalizedMessage}
}

// refused is the fault with which a method of the library made no task.
func refused(body soap.HasFault) types.BaseMethodFault {
	if body.Fault() == nil {
		return nil
	}
	if fault, ok := body.Fault().VimFault().(types.BaseMethodFault); ok {
		return fault
	}
	return &types.SystemError{Reason: body.Fault().String}
}
