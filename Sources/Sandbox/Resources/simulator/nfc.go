package main

import (
	"log"
	"net/http"
	"os"
	"path"

	"github.com/vmware/govmomi/object"
	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/types"
)

// nfc takes the upload of an ImportVApp lease, which the library would discard, and makes a disk
// of the capacity that the uploaded VMDK says.
func (f *front) nfc(w http.ResponseWriter, r *http.Request) {
	if r.Method != "PUT" && r.Method != "POST" {
		f.service.ServeMux.ServeHTTP(w, r)
		return
	}
	disk, name := diskOfUpload(path.Base(r.URL.Path))
	if disk == nil {
		http.NotFound(w, r)
		return
	}
	capacity, err := receiveDisk(r, name)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	disk.CapacityInKB, disk.CapacityInBytes = capacity>>10, capacity
	log.Printf("NFC upload to %s: capacity %d bytes", name, capacity)
	w.WriteHeader(http.StatusCreated)
}

// diskOfUpload finds the disk, and its datastore path, whose file has the name in the lease's URL.
func diskOfUpload(name string) (*types.VirtualDisk, string) {
	for _, entity := range simulator.Map.All("VirtualMachine") {
		vm := entity.(*simulator.VirtualMachine)
		devices := object.VirtualDeviceList(vm.Config.Hardware.Device)
		for _, device := range devices.SelectByType((*types.VirtualDisk)(nil)) {
			backing, ok := device.GetVirtualDevice().Backing.(types.BaseVirtualDeviceFileBackingInfo)
			if ok && path.Base(backing.GetVirtualDeviceFileBackingInfo().FileName) == name {
				return device.(*types.VirtualDisk), backing.GetVirtualDeviceFileBackingInfo().FileName
			}
		}
	}
	return nil, ""
}

func receiveDisk(r *http.Request, name string) (int64, error) {
	file, fault := fileOf(name)
	if fault != nil {
		return 0, os.ErrNotExist
	}
	upload := file + ".nfc"
	defer os.Remove(upload)
	if err := store(r, upload); err != nil {
		return 0, err
	}
	capacity, err := capacityOf(upload)
	if err != nil {
		return 0, err
	}
	return capacity, writeDisk(file, capacity, "")
}
