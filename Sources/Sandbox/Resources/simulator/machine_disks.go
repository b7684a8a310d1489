package main

import (
	"fmt"
	"os"

	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/types"
)

// disksOf are a machine's disks that lie in files.
func disksOf(devices []types.BaseVirtualDevice) []*types.VirtualDisk {
	var disks []*types.VirtualDisk
	for _, device := range devices {
		if disk, ok := device.(*types.VirtualDisk); ok {
			if _, ok := disk.Backing.(*types.VirtualDiskFlatVer2BackingInfo); ok {
				disks = append(disks, disk)
			}
		}
	}
	return disks
}

func backingOf(disk *types.VirtualDisk) *types.VirtualDiskFlatVer2BackingInfo {
	return disk.Backing.(*types.VirtualDiskFlatVer2BackingInfo)
}

// copied gives devices whose disks can be changed without changing those of somebody else.
func copied(devices []types.BaseVirtualDevice) []types.BaseVirtualDevice {
	var all []types.BaseVirtualDevice
	for _, device := range devices {
		if disk, ok := device.(*types.VirtualDisk); ok {
			other := *disk
			if backing, ok := disk.Backing.(*types.VirtualDiskFlatVer2BackingInfo); ok {
				same := *backing
				other.Backing = &same
			}
			device = &other
		}
		all = append(all, device)
	}
	return all
}

func diskFile(disk *types.VirtualDisk) (string, error) {
	backing, ok := disk.Backing.(types.BaseVirtualDeviceFileBackingInfo)
	if !ok {
		return "", fmt.Errorf("disk %d has no file", disk.Key)
	}
	name := backing.GetVirtualDeviceFileBackingInfo().FileName
	file, fault := fileOf(name)
	if fault != nil {
		return "", fmt.Errorf("disk %s: %T", name, fault)
	}
	return file, nil
}

// completeDisks gives content to the disks that the library made as empty files: a child of its parent where the
// configuration names one (a linked clone), else an empty disk of the capacity. The caller holds the machine's lock.
func completeDisks(vm *simulator.VirtualMachine) error {
	if vm.Config == nil {
		return nil
	}
	for _, disk := range disksOf(vm.Config.Hardware.Device) {
		file, err := diskFile(disk)
		if err != nil {
			return err
		}
		info, err := os.Stat(file)
		if err != nil {
			continue // an upload brings it
		}
		if info.Size() == 0 {
			err = fillDisk(disk, file)
		} else if capacityOfDisk(disk) == 0 {
			// Who adds a disk that is there already need not say how large it is.
			var capacity int64
			capacity, err = capacityOf(file)
			disk.CapacityInBytes, disk.CapacityInKB = capacity, capacity>>10
		}
		if err != nil {
			return fmt.Errorf("disk %s: %w", backingOf(disk).FileName, err)
		}
	}
	return nil
}

func fillDisk(disk *types.VirtualDisk, file string) error {
	parent := backingOf(disk).Parent
	if parent == nil {
		return writeDisk(file, capacityOfDisk(disk), "")
	}
	parentFile, fault := fileOf(parent.FileName)
	if fault != nil {
		return fmt.Errorf("parent %s: %T", parent.FileName, fault)
	}
	return makeDelta(file, parentFile)
}

func capacityOfDisk(disk *types.VirtualDisk) int64 {
	if disk.CapacityInBytes > 0 {
		return disk.CapacityInBytes
	}
	return disk.CapacityInKB << 10
}

// completeAllDisks is for methods that make machines.
func completeAllDisks() error {
	var first error
	for _, entity := range simulator.Map.All("VirtualMachine") {
		vm := entity.(*simulator.VirtualMachine)
		simulator.Map.WithLock(vm, func() {
			if err := completeDisks(vm); err != nil && first == nil {
				first = err
			}
		})
	}
	return first
}
