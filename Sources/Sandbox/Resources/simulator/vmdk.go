package main

import (
	"fmt"
	"io"
	"os"
	"path"
	"strings"
	"syscall"
)

// flatOf names the extent beside a disk's descriptor.
func flatOf(file string) string { return strings.TrimSuffix(file, ".vmdk") + "-flat.vmdk" }

// writeDisk makes a disk of a capacity as a datastore holds it: a descriptor and an extent, which
// is sparse, so that it takes no space.
func writeDisk(file string, capacity int64, adapter string) error {
	if err := makeExtent(flatOf(file), capacity); err != nil {
		return err
	}
	return writeDescriptor(file, capacity, adapter)
}

// copyDisk makes a disk of what a disk holds, with what lies in its parents; or of an upload in any form.
func copyDisk(source, target string) error {
	capacity, err := capacityOf(source)
	if err != nil {
		return err
	}
	if err := flatten(source, flatOf(target)); err != nil {
		return err
	}
	return writeDescriptor(target, capacity, "")
}

// moveDisk renames a disk with its extent, which the descriptor names. A child goes on knowing its parent.
func moveDisk(source, target string) error {
	info, err := os.Stat(flatOf(source))
	if err != nil {
		return os.Rename(source, target)
	}
	parent := parentOf(source)
	isFlat := !isSparse(source)
	if err := os.Rename(flatOf(source), flatOf(target)); err != nil {
		return err
	}
	if err := os.Rename(source, target); err != nil {
		return err
	}
	switch {
	case isFlat:
		return writeDescriptor(target, info.Size(), "")
	case parent != "":
		return adopt(target, parent)
	}
	return nil
}

func makeExtent(file string, capacity int64) error {
	extent, err := os.Create(file)
	if err != nil {
		return err
	}
	err = extent.Truncate(capacity)
	if e := extent.Close(); err == nil {
		err = e
	}
	return err
}

func writeDescriptor(file string, capacity int64, adapter string) error {
	return os.WriteFile(file, descriptor(file, capacity, adapter), 0o600)
}

func descriptor(file string, capacity int64, adapter string) []byte {
	if adapter == "" {
		adapter = "lsilogic"
	}
	return []byte(fmt.Sprintf("# Disk DescriptorFile\nversion=1\nCID=fffffffe\nparentCID=ffffffff\ncreateType=\"vmfs\"\n\n"+
		"# Extent description\nRW %d VMFS \"%s\"\n\nddb.adapterType = \"%s\"\n",
		capacity/512, path.Base(flatOf(file)), strings.ToLower(adapter)))
}

// capacityOf is the capacity of a disk, or of an upload, in any form.
func capacityOf(file string) (int64, error) {
	if isSparse(file) {
		return sparseCapacity(file)
	}
	for _, place := range []string{flatOf(file), file} {
		info, err := os.Stat(place)
		if err == nil {
			return info.Size(), nil
		}
		if !os.IsNotExist(err) {
			return 0, err
		}
	}
	return 0, os.ErrNotExist
}

func sparseCapacity(file string) (int64, error) {
	disk, err := openSparse(file)
	if err != nil {
		return 0, err
	}
	defer disk.file.Close()
	return int64(disk.Capacity) * sector, nil
}

// What lseek of Linux takes beside what Go names.
const seekData, seekHole = 3, 4

// copyFile copies a file and leaves its holes holes: a disk may be a thousand times what is in it.
func copyFile(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	info, err := in.Stat()
	if err != nil {
		return err
	}
	if err := makeExtent(to, info.Size()); err != nil {
		return err
	}
	out, err := os.OpenFile(to, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	err = copyData(in, out)
	if e := out.Close(); err == nil {
		err = e
	}
	return err
}

func copyData(in, out *os.File) error {
	for end := int64(0); ; {
		start, err := in.Seek(end, seekData)
		if pathError, ok := err.(*os.PathError); ok && pathError.Err == syscall.ENXIO {
			return nil // a hole up to the end
		}
		if err != nil {
			return err
		}
		if end, err = in.Seek(start, seekHole); err != nil {
			return err
		}
		if err := copyPiece(in, out, start, end-start); err != nil {
			return err
		}
	}
}

func copyPiece(in, out *os.File, start, length int64) error {
	for _, file := range []*os.File{in, out} {
		if _, err := file.Seek(start, io.SeekStart); err != nil {
			return err
		}
	}
	_, err := io.CopyN(out, in, length)
	return err
}
