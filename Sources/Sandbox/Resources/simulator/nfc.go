package main

import (
	"log"
	"net/http"
	"os"
	"path"
	"strings"

	"github.com/vmware/govmomi/object"
	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/types"
)

// nfc takes the upload of an ImportVApp lease, which the library would discard, and makes a disk of it; and gives the
// disks of an export.
func (f *front) nfc(w http.ResponseWriter, r *http.Request) {
	lease, name := path.Base(path.Dir(r.URL.Path)), path.Base(r.URL.Path)
	switch r.Method {
	case "PUT", "POST":
		f.leases.begin(lease)
		defer f.leases.end(lease)
		f.receive(w, r, name)
	case "GET", "HEAD":
		file := f.leases.file(lease, name)
		if file == "" {
			http.NotFound(w, r)
			return
		}
		f.serveExport(w, r, file)
	default:
		f.service.ServeMux.ServeHTTP(w, r)
	}
}

func (f *front) receive(w http.ResponseWriter, r *http.Request, name string) {
	disk, datastorePath := diskOfUpload(name)
	if disk == nil {
		http.NotFound(w, r)
		return
	}
	capacity, err := receiveDisk(r, datastorePath)
	if err != nil {
		log.Printf("NFC upload to %s: %s", datastorePath, err)
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	disk.CapacityInKB, disk.CapacityInBytes = capacity>>10, capacity
	log.Printf("NFC upload to %s: capacity %d bytes", datastorePath, capacity)
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
	// Not a name that ends in .vmdk: the disk's own extent is no extent of this.
	upload := strings.TrimSuffix(file, ".vmdk") + ".nfc"
	defer os.Remove(upload)
	if err := store(r, upload); err != nil {
		return 0, err
	}
	capacity, err := capacityOf(upload)
	if err != nil {
		return 0, err
	}
	return capacity, copyDisk(upload, file)
}
