package main

import (
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"path"
	"strings"
)

// flatOf names the extent beside a disk's descriptor.
func flatOf(file string) string { return strings.TrimSuffix(file, ".vmdk") + "-flat.vmdk" }

// writeDisk makes a disk of a capacity as a datastore holds it: a descriptor and an extent, which
// is sparse, so that it takes no space.
func writeDisk(file string, capacity int64, adapter string) error {
	if err := makeExtent(flatOf(file), capacity); err != nil {
		return err
	}
	return os.WriteFile(file, descriptor(file, capacity, adapter), 0o600)
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

func descriptor(file string, capacity int64, adapter string) []byte {
	if adapter == "" {
		adapter = "lsilogic"
	}
	return []byte(fmt.Sprintf("# Disk DescriptorFile\nversion=1\nCID=fffffffe\nparentCID=ffffffff\ncreateType=\"vmfs\"\n\n"+
		"# Extent description\nRW %d VMFS \"%s\"\n\nddb.adapterType = \"%s\"\n",
		capacity/512, path.Base(flatOf(file)), strings.ToLower(adapter)))
}

// capacityOf reads the capacity from the header of a sparse or streamOptimized VMDK; of another
// file it is the size. The header is that of VMware's "Virtual Disk Format 1.1": magic, version and
// flags of four bytes each, then the capacity in sectors.
func capacityOf(file string) (int64, error) {
	f, err := os.Open(file)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	header := make([]byte, 20)
	if _, err := io.ReadFull(f, header); err == nil && string(header[:4]) == "KDMV" {
		return int64(binary.LittleEndian.Uint64(header[12:])) * 512, nil
	}
	info, err := f.Stat()
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}

func copyFile(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.Create(to)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	if e := out.Close(); err == nil {
		err = e
	}
	return err
}
