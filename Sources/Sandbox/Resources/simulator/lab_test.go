package main

import (
	"context"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/vmware/govmomi"
	"github.com/vmware/govmomi/find"
	"github.com/vmware/govmomi/object"
	"github.com/vmware/govmomi/vim25/types"
)

// testLab is a vCenter with one cluster of two hosts on loopback addresses, and a client that is logged in.
type testLab struct {
	*testing.T
	cfg    *config
	front  *front
	client *govmomi.Client
	finder *find.Finder
}

const testCluster = "cluster1"

// newTestLab serves a vCenter for one test. With guests it really runs them, by translation, as every machine can.
func newTestLab(t *testing.T, withGuests bool) *testLab {
	t.Helper()
	cfg := &config{Kind: kindVCenter, Listen: "127.0.0.1:1", User: "u", Password: "p", Version: "6.5.0", Datacenter: "dc1",
		Clusters:      []cluster{{Name: testCluster, Hosts: []string{"127.0.1.1", "127.0.1.2"}}},
		HostMemoryMiB: 65536, HostThreads: 16, DatastoreDirectory: t.TempDir(), SharedDatastores: []string{"shared-1"},
		PortGroups: []string{defaultPortGroup}}
	if withGuests {
		needProgram(t, "qemu-system-x86_64")
		cfg.Guests = &guestConfig{Program: "qemu-system-x86_64", Accelerator: "tcg", Directory: t.TempDir()}
	}
	service, err := newVCenter(cfg)
	must(t, err)
	lab := &testLab{T: t, cfg: cfg, front: newFront(service, cfg)}
	server := httptest.NewTLSServer(lab.front.handler(false))
	t.Cleanup(server.Close)
	t.Cleanup(lab.endGuests)
	address, err := url.Parse(server.URL + "/sdk")
	must(t, err)
	address.User = url.UserPassword(cfg.User, cfg.Password)
	lab.client, err = govmomi.NewClient(context.Background(), address, true)
	must(t, err)
	lab.finder = find.NewFinder(lab.client.Client, false)
	datacenter, err := lab.finder.Datacenter(context.Background(), "dc1")
	must(t, err)
	lab.finder.SetDatacenter(datacenter)
	return lab
}

func (l *testLab) endGuests() {
	for ref := range l.front.machines.guests.all {
		l.front.machines.guests.crash(ref)
	}
}

// path of a file on the shared datastore.
func (l *testLab) path(name string) string {
	return filepath.Join(l.cfg.DatastoreDirectory, "shared-1", name)
}

// place makes a machine's folder; it gives where a machine of that name goes, and its spec without devices.
func (l *testLab) place(name string) (*object.ResourcePool, *object.Folder, types.VirtualMachineConfigSpec) {
	l.Helper()
	ctx := context.Background()
	must(l.T, os.MkdirAll(l.path(name), 0o700))
	pool, err := l.finder.ResourcePool(ctx, testCluster+"/Resources")
	must(l.T, err)
	folder, err := l.finder.DefaultFolder(ctx)
	must(l.T, err)
	return pool, folder, types.VirtualMachineConfigSpec{Name: name, GuestId: "otherGuest", MemoryMB: 16, NumCPUs: 1,
		Files: &types.VirtualMachineFileInfo{VmPathName: "[shared-1]"}}
}

// machine makes a virtual machine with devices; serial port 0 is a file beside it.
func (l *testLab) machine(name string, devices ...types.BaseVirtualDevice) *object.VirtualMachine {
	l.Helper()
	ctx := context.Background()
	pool, folder, spec := l.place(name)
	serial := &types.VirtualSerialPort{VirtualDevice: types.VirtualDevice{Key: -90, Backing: &types.VirtualSerialPortFileBackingInfo{
		VirtualDeviceFileBackingInfo: types.VirtualDeviceFileBackingInfo{FileName: "[shared-1] " + name + "/serial.txt"}}}}
	for _, device := range append(devices, serial) {
		spec.DeviceChange = append(spec.DeviceChange, &types.VirtualDeviceConfigSpec{
			Operation: types.VirtualDeviceConfigSpecOperationAdd, Device: device})
	}
	task, err := folder.CreateVM(ctx, spec, pool, nil)
	must(l.T, err)
	info, err := task.WaitForResult(ctx, nil)
	must(l.T, err)
	return object.NewVirtualMachine(l.client.Client, info.Result.(types.ManagedObjectReference))
}

// do waits for a task that has to succeed.
func (l *testLab) do(task *object.Task, err error) types.AnyType {
	l.Helper()
	must(l.T, err)
	info, err := task.WaitForResult(context.Background(), nil)
	must(l.T, err)
	return info.Result
}

// fails waits for a task that must not succeed, and gives its words.
func (l *testLab) fails(task *object.Task, err error) string {
	l.Helper()
	must(l.T, err)
	_, err = task.WaitForResult(context.Background(), nil)
	if err == nil {
		l.Fatal("the task succeeded")
	}
	return err.Error()
}

// state of a machine.
func (l *testLab) state(vm *object.VirtualMachine) types.VirtualMachinePowerState {
	l.Helper()
	state, err := vm.PowerState(context.Background())
	must(l.T, err)
	return state
}

// says waits until a machine's serial port has said something so many times.
func (l *testLab) says(name, words string, times int) {
	l.Helper()
	l.eventually(name+" says "+words, func() bool {
		text, _ := os.ReadFile(l.path(name + "/serial.txt"))
		return strings.Count(string(text), words) == times
	})
}

// eventually waits as long as a very busy machine may take.
func (l *testLab) eventually(what string, isSo func() bool) {
	l.Helper()
	for i := 0; i < 1200; i++ {
		if isSo() {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	logs, _ := filepath.Glob(filepath.Join(l.cfg.Guests.Directory, "*.log"))
	for _, log := range logs {
		text, _ := os.ReadFile(log)
		l.Logf("%s:\n%s", log, text)
	}
	l.Fatalf("not within two minutes: %s", what)
}

// bootDisk writes a disk whose first sector says words on the serial port, and then lets the processor rest, or switches
// the machine off by ACPI.
func (l *testLab) bootDisk(name, words string, thenOff bool) {
	l.Helper()
	must(l.T, writeDisk(l.path(name), 1<<20, ""))
	flat, err := os.OpenFile(l.path(flatOf(name)), os.O_WRONLY, 0)
	must(l.T, err)
	defer flat.Close()
	_, err = flat.WriteAt(bootSector(words, thenOff), 0)
	must(l.T, err)
}

func bootSector(words string, thenOff bool) []byte {
	rest := []byte{0xf4, 0xeb, 0xfd} // hlt, again and again
	if thenOff {
		rest = append([]byte{0xba, 0x04, 0x06, 0xb8, 0x00, 0x20, 0xef}, rest...) // PM1a_CNT of QEMU's board: S5
	}
	code := []byte{
		0x31, 0xc0, 0x8e, 0xd8, // ds = 0
		0xbe, byte(30 + len(rest)), 0x7c, // si = the words
		0xac, 0x84, 0xc0, 0x74, 0x12, 0x88, 0xc4, // until a zero:
		0xba, 0xfd, 0x03, 0xec, 0xa8, 0x20, 0x74, 0xfb, // wait until the port is ready
		0x88, 0xe0, 0xba, 0xf8, 0x03, 0xee, 0xeb, 0xe9, // and write
	}
	code = append(append(append(code, rest...), words...), 0)
	sector := append(code, make([]byte, 510-len(code))...)
	return append(sector, 0x55, 0xaa)
}

// diskOn is a disk on a controller; file is on the shared datastore.
func diskOn(controller types.BaseVirtualController, file string) []types.BaseVirtualDevice {
	unit := int32(0)
	controller.GetVirtualController().Key = -1
	disk := &types.VirtualDisk{VirtualDevice: types.VirtualDevice{Key: -2, ControllerKey: -1, UnitNumber: &unit,
		Backing: &types.VirtualDiskFlatVer2BackingInfo{VirtualDeviceFileBackingInfo: types.VirtualDeviceFileBackingInfo{
			FileName: "[shared-1] " + file}, DiskMode: "persistent"}}}
	return []types.BaseVirtualDevice{controller.(types.BaseVirtualDevice), disk}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func needProgram(t *testing.T, name string) {
	t.Helper()
	if _, err := exec.LookPath(name); err != nil {
		t.Skipf("needs %s", name)
	}
}
