package main

import (
	"github.com/google/uuid"
	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/types"
)

// ownUnit is the unit that a SCSI controller takes on its own bus (VirtualSCSIController.scsiCtlrUnitNumber).
const ownUnit = 7

// completeDevices fills in what vCenter does and the library leaves out, of every virtual machine: the unit of SCSI
// controllers, without which Nova finds no place for a disk that is added or moved, and the UUIDs of disks, by which
// Nova finds a volume again. A file has one UUID, whoever has it as a disk; it is the one that a client gave it, if one did.
func completeDevices() {
	given := map[string]string{}
	machines := simulator.Map.All("VirtualMachine")
	for _, entity := range machines {
		forDisks(entity.(*simulator.VirtualMachine), func(disk *types.VirtualDiskFlatVer2BackingInfo) {
			if disk.Uuid != "" {
				given[disk.FileName] = disk.Uuid
			}
		})
	}
	for _, entity := range machines {
		vm := entity.(*simulator.VirtualMachine)
		forDisks(vm, func(disk *types.VirtualDiskFlatVer2BackingInfo) {
			if disk.Uuid == "" {
				disk.Uuid = given[disk.FileName]
			}
			if disk.Uuid == "" {
				disk.Uuid = uuid.NewSHA1(uuid.NameSpaceOID, []byte(disk.FileName)).String()
			}
		})
		simulator.Map.WithLock(vm, func() { completeControllers(vm) })
	}
}

func completeControllers(vm *simulator.VirtualMachine) {
	if vm.Config == nil {
		return
	}
	for _, device := range vm.Config.Hardware.Device {
		if controller, ok := device.(types.BaseVirtualSCSIController); ok {
			controller.GetVirtualSCSIController().ScsiCtlrUnitNumber = ownUnit
		}
	}
}

// forDisks holds the machine's lock while it hands out what is behind each of its disks.
func forDisks(vm *simulator.VirtualMachine, body func(*types.VirtualDiskFlatVer2BackingInfo)) {
	simulator.Map.WithLock(vm, func() {
		if vm.Config == nil {
			return
		}
		for _, device := range vm.Config.Hardware.Device {
			disk, ok := device.(*types.VirtualDisk)
			if !ok {
				continue
			}
			if backing, ok := disk.Backing.(*types.VirtualDiskFlatVer2BackingInfo); ok {
				body(backing)
			}
		}
	})
}
