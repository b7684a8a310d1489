package main

import (
	"os"

	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/mo"
	"github.com/vmware/govmomi/vim25/soap"
	"github.com/vmware/govmomi/vim25/types"
)

// virtualDiskManager makes disks that have a size, converts uploaded sparse ones, and extends:
// the library makes two empty files, copies only what it made itself and lacks ExtendVirtualDisk.
type virtualDiskManager struct{ simulator.VirtualDiskManager }

// runTask performs work as a task whose entity is left out, as it is no ManagedEntity.
func runTask(ref mo.Reference, name string, work func() types.BaseMethodFault) types.ManagedObjectReference {
	return simulator.CreateTask(ref, name, func(t *simulator.Task) (types.AnyType, types.BaseMethodFault) {
		t.Info.Entity, t.Info.EntityName = nil, ""
		return nil, work()
	}).Run()
}

func exists(file string) bool {
	_, err := os.Stat(file)
	return err == nil
}

// CreateVirtualDiskTask answers CreateVirtualDisk_Task.
func (m *virtualDiskManager) CreateVirtualDiskTask(_ *simulator.Context, r *types.CreateVirtualDisk_Task) soap.HasFault {
	task := runTask(m, "createVirtualDisk", func() types.BaseMethodFault {
		file, fault := fileOf(r.Name)
		if fault != nil {
			return fault
		}
		if exists(file) {
			return &types.FileAlreadyExists{FileFault: types.FileFault{File: r.Name}}
		}
		var kib int64
		adapter := ""
		if spec, ok := r.Spec.(types.BaseFileBackedVirtualDiskSpec); ok {
			kib, adapter = spec.GetFileBackedVirtualDiskSpec().CapacityKb, spec.GetFileBackedVirtualDiskSpec().AdapterType
		}
		if writeDisk(file, kib<<10, adapter) != nil {
			return &types.CannotCreateFile{FileFault: types.FileFault{File: r.Name}}
		}
		return nil
	})
	return &methods.CreateVirtualDisk_TaskBody{Res: &types.CreateVirtualDisk_TaskResponse{Returnval: task}}
}

// ExtendVirtualDiskTask answers ExtendVirtualDisk_Task. A disk does not shrink.
func (m *virtualDiskManager) ExtendVirtualDiskTask(_ *simulator.Context, r *types.ExtendVirtualDisk_Task) soap.HasFault {
	task := runTask(m, "extendVirtualDisk", func() types.BaseMethodFault {
		file, fault := fileOf(r.Name)
		if fault != nil {
			return fault
		}
		info, err := os.Stat(flatOf(file))
		if err != nil {
			return &types.FileNotFound{FileFault: types.FileFault{File: r.Name}}
		}
		if info.Size() > r.NewCapacityKb<<10 {
			return &types.InvalidArgument{InvalidProperty: "newCapacityKb"}
		}
		if os.Truncate(flatOf(file), r.NewCapacityKb<<10) != nil ||
			os.WriteFile(file, descriptor(file, r.NewCapacityKb<<10, ""), 0o600) != nil {
			return &types.CannotAccessFile{FileFault: types.FileFault{File: r.Name}}
		}
		return nil
	})
	return &methods.ExtendVirtualDisk_TaskBody{Res: &types.ExtendVirtualDisk_TaskResponse{Returnval: task}}
}

// CopyVirtualDiskTask answers CopyVirtualDisk_Task. What lacks an extent is an upload in one of the
// sparse formats, which vCenter converts into a disk.
func (m *virtualDiskManager) CopyVirtualDiskTask(_ *simulator.Context, r *types.CopyVirtualDisk_Task) soap.HasFault {
	task := runTask(m, "copyVirtualDisk", func() types.BaseMethodFault {
		source, fault := fileOf(r.SourceName)
		if fault != nil {
			return fault
		}
		target, fault := fileOf(r.DestName)
		if fault != nil {
			return fault
		}
		if exists(target) && !(r.Force != nil && *r.Force) {
			return &types.FileAlreadyExists{FileFault: types.FileFault{File: r.DestName}}
		}
		if !exists(source) {
			return &types.FileNotFound{FileFault: types.FileFault{File: r.SourceName}}
		}
		if copyDisk(source, target) != nil {
			return &types.CannotCreateFile{FileFault: types.FileFault{File: r.DestName}}
		}
		return nil
	})
	return &methods.CopyVirtualDisk_TaskBody{Res: &types.CopyVirtualDisk_TaskResponse{Returnval: task}}
}

func copyDisk(source, target string) error {
	if !exists(flatOf(source)) {
		capacity, err := capacityOf(source)
		if err != nil {
			return err
		}
		return writeDisk(target, capacity, "")
	}
	if err := copyFile(flatOf(source), flatOf(target)); err != nil {
		return err
	}
	info, err := os.Stat(flatOf(target))
	if err != nil {
		return err
	}
	return os.WriteFile(target, descriptor(target, info.Size(), ""), 0o600)
}
