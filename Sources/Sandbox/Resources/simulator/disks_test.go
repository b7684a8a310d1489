package main

import (
	"bytes"
	"context"
	"math/rand"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/vmware/govmomi/object"
	"github.com/vmware/govmomi/vim25/soap"
	"github.com/vmware/govmomi/vim25/types"
)

func itoa(n int) string { return strconv.Itoa(n) }

// testContent is 3 MiB and some sectors, the last grain not a whole one: data, a hole, data.
func testContent() []byte {
	content := make([]byte, 3<<20+3*sector)
	source := rand.New(rand.NewSource(1))
	source.Read(content[:100000])
	source.Read(content[2<<20:])
	return content
}

// image runs qemu-img.
func image(t *testing.T, arguments ...string) {
	t.Helper()
	needProgram(t, "qemu-img")
	if output, err := exec.Command("qemu-img", arguments...).CombinedOutput(); err != nil {
		t.Fatalf("qemu-img %v: %s %s", arguments, err, output)
	}
}

// raw is what QEMU finds in a disk.
func raw(t *testing.T, file string) []byte {
	t.Helper()
	target := filepath.Join(t.TempDir(), "raw")
	image(t, "convert", "-f", "vmdk", "-O", "raw", file, target)
	content, err := os.ReadFile(target)
	must(t, err)
	return content
}

func read(t *testing.T, file string) []byte {
	t.Helper()
	content, err := os.ReadFile(file)
	must(t, err)
	return content
}

// vmdkOf is a VMDK of the test's content.
func vmdkOf(t *testing.T, directory, form string) string {
	t.Helper()
	plain, packed := filepath.Join(directory, "plain"), filepath.Join(directory, form+".upload")
	must(t, os.WriteFile(plain, testContent(), 0o600))
	image(t, "convert", "-f", "raw", "-O", "vmdk", "-o", "subformat="+form, plain, packed)
	return packed
}

// An upload in any form becomes a disk with its content, byte for byte, and QEMU opens it.
func TestUploadedForms(t *testing.T) {
	for _, form := range []string{"streamOptimized", "monolithicSparse"} {
		t.Run(form, func(t *testing.T) {
			directory := t.TempDir()
			disk := filepath.Join(directory, "disk.vmdk")
			must(t, copyDisk(vmdkOf(t, directory, form), disk))
			if !bytes.Equal(read(t, flatOf(disk)), testContent()) || !bytes.Equal(raw(t, disk), testContent()) {
				t.Error("the content is another one")
			}
		})
	}
}

// A VMDK that is cut off, or lies about its sizes, is an error and nothing else.
func TestBrokenUploads(t *testing.T) {
	directory := t.TempDir()
	good := read(t, vmdkOf(t, directory, "streamOptimized"))
	broken, flat := filepath.Join(directory, "broken"), filepath.Join(directory, "flat")
	for _, length := range []int{600, 5000, len(good) / 2} {
		must(t, os.WriteFile(broken, good[:length], 0o600))
		if extract(broken, flat) == nil {
			t.Errorf("%d of %d bytes are taken for the whole", length, len(good))
		}
	}
	source := rand.New(rand.NewSource(2))
	sparse := read(t, vmdkOf(t, directory, "monolithicSparse"))
	for i := 0; i < 200; i++ { // whatever the header says: no panic, no terabytes
		changed := append([]byte(nil), sparse...)
		changed[4+source.Intn(72)] = byte(source.Intn(256))
		must(t, os.WriteFile(broken, changed, 0o600))
		_ = extract(broken, flat)
	}
}

// A child holds what was written into it over its parent; QEMU and we find the same, also after both were moved.
func TestChildren(t *testing.T) {
	needProgram(t, "qemu-io")
	directory := t.TempDir()
	parent, child := filepath.Join(directory, "a b", "parent.vmdk"), filepath.Join(directory, "c,$1", "child.vmdk")
	must(t, os.MkdirAll(filepath.Dir(parent), 0o700))
	must(t, os.MkdirAll(filepath.Dir(child), 0o700))
	must(t, copyDisk(vmdkOf(t, directory, "streamOptimized"), parent))
	must(t, makeDelta(child, parent))
	if !bytes.Equal(raw(t, child), testContent()) {
		t.Error("a fresh child is not what its parent is")
	}
	for _, write := range []string{"write -P 7 64k 64k", "write -z 0 32k", "write -P 9 3M 1k"} {
		if output, err := exec.Command("qemu-io", "-f", "vmdk", "-c", write, child).CombinedOutput(); err != nil {
			t.Fatalf("%s: %s", err, output)
		}
	}
	wanted := testContent()
	copy(wanted[64<<10:], bytes.Repeat([]byte{7}, 64<<10))
	copy(wanted, make([]byte, 32<<10))
	copy(wanted[3<<20:], bytes.Repeat([]byte{9}, 1<<10))
	moved := filepath.Join(directory, "moved.vmdk")
	must(t, moveDisk(child, moved))
	flat := filepath.Join(directory, "flattened")
	must(t, flatten(moved, flat))
	if !bytes.Equal(read(t, flat), wanted) || !bytes.Equal(raw(t, moved), wanted) {
		t.Error("the child's content is another one")
	}
	must(t, runImage("commit", "-q", "-f", "vmdk", moved))
	if !bytes.Equal(raw(t, parent), wanted) {
		t.Error("taken back into its parent, it is another one")
	}
}

// A copy of a disk takes the space of what is in it.
func TestCopyKeepsHoles(t *testing.T) {
	directory := t.TempDir()
	from, to := filepath.Join(directory, "from"), filepath.Join(directory, "to")
	must(t, makeExtent(from, 1<<30))
	f, err := os.OpenFile(from, os.O_WRONLY, 0)
	must(t, err)
	_, err = f.WriteAt([]byte("in the middle"), 1<<29)
	must(t, err)
	must(t, f.Close())
	must(t, copyFile(from, to))
	output, err := exec.Command("du", "-k", to).Output()
	must(t, err)
	if kib, _ := strconv.Atoi(strings.Fields(string(output))[0]); kib > 2048 {
		t.Errorf("a copy with holes takes %d KiB", kib)
	}
	copied, err := os.Open(to)
	must(t, err)
	defer copied.Close()
	words := make([]byte, 13)
	_, err = copied.ReadAt(words, 1<<29)
	must(t, err)
	if info, _ := copied.Stat(); string(words) != "in the middle" || info.Size() != 1<<30 {
		t.Errorf("%q, %d bytes", words, info.Size())
	}
}

// What an ImportVApp lease takes is what the machine's disk holds as soon as the lease is complete, and what an export
// gives; copies, moves and linked clones hold it too.
func TestThroughTheAPI(t *testing.T) {
	lab, ctx := newTestLab(t, false), context.Background()
	vm := lab.importDisk("vm1", vmdkOf(t, t.TempDir(), "streamOptimized"))
	if !bytes.Equal(raw(t, lab.path("vm1/vm1.vmdk")), testContent()) {
		t.Fatal("what was imported is another content")
	}
	disks := object.NewVirtualDiskManager(lab.client.Client)
	datacenter, err := lab.finder.Datacenter(ctx, "dc1")
	must(t, err)
	lab.do(disks.CopyVirtualDisk(ctx, "[shared-1] vm1/vm1.vmdk", datacenter, "[shared-1] copy.vmdk", datacenter, nil, false))
	lab.do(disks.MoveVirtualDisk(ctx, "[shared-1] copy.vmdk", datacenter, "[shared-1] moved.vmdk", datacenter, false))
	if !bytes.Equal(raw(t, lab.path("moved.vmdk")), testContent()) {
		t.Error("copied and moved, it is another content")
	}
	lab.do(vm.CreateSnapshot(ctx, "one", "", false, false))
	if !bytes.Equal(lab.export(vm), testContent()) {
		t.Error("exported, it is another content")
	}
	linked := lab.clone(vm, "linked")
	if !bytes.Equal(lab.export(linked), testContent()) {
		t.Error("the linked clone is another content")
	}
	if info, err := os.Stat(lab.path("linked/linked.vmdk")); err != nil || info.Size() > 1<<20 {
		t.Errorf("the linked clone is no child: %v, %v", info, err)
	}
	lab.do(linked.Destroy(ctx))
	consolidate := true
	lab.do(vm.RemoveAllSnapshot(ctx, &consolidate))
	if !bytes.Equal(raw(t, lab.path("vm1/vm1.vmdk")), testContent()) {
		t.Error("without its snapshot, it is another content")
	}
}

// importDisk makes a machine of a VMDK as Nova does: a lease, the upload, and complete.
func (l *testLab) importDisk(name, vmdk string) *object.VirtualMachine {
	l.Helper()
	ctx := context.Background()
	pool, folder, spec := l.place(name)
	for _, device := range diskOn(&types.VirtualLsiLogicController{}, "") {
		change := &types.VirtualDeviceConfigSpec{Operation: types.VirtualDeviceConfigSpecOperationAdd, Device: device}
		if _, ok := device.(*types.VirtualDisk); ok {
			change.FileOperation = types.VirtualDeviceConfigSpecFileOperationCreate
		}
		spec.DeviceChange = append(spec.DeviceChange, change)
	}
	lease, err := pool.ImportVApp(ctx, &types.VirtualMachineImportSpec{ConfigSpec: spec}, folder, nil)
	must(l.T, err)
	info, err := lease.Wait(ctx, nil)
	must(l.T, err)
	file, err := os.Open(vmdk)
	must(l.T, err)
	defer file.Close()
	stat, err := file.Stat()
	must(l.T, err)
	updater := lease.StartUpdater(ctx, info)
	must(l.T, lease.Upload(ctx, info.Items[0], file, soap.Upload{ContentLength: stat.Size()}))
	updater.Done()
	must(l.T, lease.Complete(ctx))
	return object.NewVirtualMachine(l.client.Client, info.Entity)
}

// export gives what an export of a machine's first disk holds.
func (l *testLab) export(vm *object.VirtualMachine) []byte {
	l.Helper()
	ctx := context.Background()
	lease, err := vm.Export(ctx)
	must(l.T, err)
	info, err := lease.Wait(ctx, nil)
	must(l.T, err)
	packed := filepath.Join(l.TempDir(), "packed.vmdk")
	updater := lease.StartUpdater(ctx, info)
	must(l.T, lease.DownloadFile(ctx, packed, info.Items[0], soap.DefaultDownload))
	updater.Done()
	must(l.T, lease.Complete(ctx))
	return raw(l.T, packed)
}

func (l *testLab) clone(vm *object.VirtualMachine, name string) *object.VirtualMachine {
	l.Helper()
	ctx := context.Background()
	folder, err := l.finder.DefaultFolder(ctx)
	must(l.T, err)
	ref := l.do(vm.Clone(ctx, folder, name, types.VirtualMachineCloneSpec{
		Location: types.VirtualMachineRelocateSpec{DiskMoveType: linkedClone}})).(types.ManagedObjectReference)
	return object.NewVirtualMachine(l.client.Client, ref)
}

// An image cache of a simulator that kept no content loses its empty disks; what has content stays.
func TestEmptyImages(t *testing.T) {
	directory := t.TempDir()
	empty, full := filepath.Join(directory, "shared-1/a_base/1/1.vmdk"), filepath.Join(directory, "shared-1/a_base/2/2.vmdk")
	other := filepath.Join(directory, "shared-1/volume/3.vmdk")
	for _, file := range []string{empty, full, other} {
		must(t, os.MkdirAll(filepath.Dir(file), 0o700))
		must(t, writeDisk(file, 1<<20, ""))
	}
	must(t, os.WriteFile(flatOf(full), testContent(), 0o600))
	must(t, dropEmptyImages(&config{DatastoreDirectory: directory}))
	if exists(empty) || !exists(full) || !exists(other) {
		t.Errorf("empty %v, full %v, elsewhere %v", exists(empty), exists(full), exists(other))
	}
}
