package main

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// A disk that has only what differs from its parent is a monolithicSparse VMDK here: QEMU has it with its whole chain
// from the file's name, which it has not of vSphere's own forms (vmfsSparse, SESparse).

var (
	contentLine = regexp.MustCompile(`(?m)^CID=([0-9a-fA-F]{1,8})`)
	parentHint  = regexp.MustCompile(`(?m)^parentFileNameHint="([^"]+)"`)
)

// longestChain of disks; vSphere allows 32 snapshots.
const longestChain = 64

// makeDelta makes a child of a disk that is there.
func makeDelta(file, parent string) error {
	relative, err := filepath.Rel(filepath.Dir(file), parent)
	if err != nil {
		return err
	}
	content, err := contentIdentifier(parent)
	if err != nil {
		return err
	}
	capacity, err := capacityOf(parent)
	if err != nil {
		return err
	}
	// The library takes for a disk only what has a file of an extent's name beside it; that one stays empty.
	if err := makeExtent(flatOf(file), 0); err != nil {
		return err
	}
	return writeDelta(file, relative, content, capacity)
}

// writeDelta writes a sparse disk without content, with grains of 64 KiB and 512 of them in a table, as QEMU has them.
func writeDelta(file, parent, parentContent string, capacity int64) error {
	const grain, perTable, descriptorAt, descriptorSectors = 128, 512, 1, 20
	const table = perTable * 4 / sector
	sectors := uint64(capacity) / sector
	tables := (sectors + grain*perTable - 1) / (grain * perTable)
	directory := (tables*4 + sector - 1) / sector
	redundant := uint64(descriptorAt + descriptorSectors)
	main := redundant + directory + tables*table
	end := (main + directory + tables*table + grain - 1) / grain * grain
	text := deltaDescriptor(file, parent, parentContent, sectors)
	if len(text) > descriptorSectors*sector {
		return fmt.Errorf("the path of the parent is too long: %s", parent)
	}
	header := sparseHeader{Version: 1, Flags: 3, Capacity: sectors, GrainSize: grain, DescriptorOffset: descriptorAt,
		DescriptorSize: descriptorSectors, EntriesPerTable: perTable, RedundantOffset: redundant, DirectoryOffset: main}
	copy(header.Magic[:], sparseMagic)
	content := make([]byte, end*sector)
	start := bytes.NewBuffer(content[:0]) // a buffer does not fail
	_ = binary.Write(start, binary.LittleEndian, &header)
	_ = binary.Write(start, binary.LittleEndian, end) // where the grains begin
	start.Write([]byte{0, '\n', ' ', '\r', '\n'})     // closed properly; then what shows a transfer as text
	copy(content[descriptorAt*sector:], text)
	for _, copyAt := range []uint64{redundant, main} {
		for i := uint64(0); i < tables; i++ {
			binary.LittleEndian.PutUint32(content[copyAt*sector+i*4:], uint32(copyAt+directory+i*table))
		}
	}
	return os.WriteFile(file, content, 0o600)
}

func deltaDescriptor(file, parent, parentContent string, sectors uint64) string {
	return fmt.Sprintf("# Disk DescriptorFile\nversion=1\nCID=%08x\nparentCID=%s\ncreateType=\"monolithicSparse\"\n"+
		"parentFileNameHint=\"%s\"\n\n# Extent description\nRW %d SPARSE \"%s\"\n\n# The Disk Data Base\n#DDB\n\n"+
		"ddb.adapterType = \"lsilogic\"\n",
		crc32.ChecksumIEEE([]byte(file)), parentContent, parent, sectors, filepath.Base(file))
}

// contentIdentifier reads the CID of a disk, by which a child knows that its parent is still what it was.
func contentIdentifier(file string) (string, error) {
	f, err := os.Open(file)
	if err != nil {
		return "", err
	}
	defer f.Close()
	text := make([]byte, 64*sector)
	n, err := f.ReadAt(text, 0)
	if err != nil && err != io.EOF {
		return "", err
	}
	match := contentLine.FindSubmatch(text[:n])
	if match == nil {
		return "", fmt.Errorf("%s has no CID", file)
	}
	return string(match[1]), nil
}

// parentOf gives the file that a sparse disk's descriptor names as its parent; empty if there is none.
func parentOf(file string) string {
	disk, err := openSparse(file)
	if err != nil {
		return ""
	}
	defer disk.file.Close()
	text := make([]byte, disk.DescriptorSize*sector)
	if _, err := disk.file.ReadAt(text, int64(disk.DescriptorOffset)*sector); err != nil {
		return ""
	}
	match := parentHint.FindSubmatch(text)
	if match == nil {
		return ""
	}
	return filepath.Join(filepath.Dir(file), string(match[1]))
}

// chainOf is a disk with its parents, the uppermost first.
func chainOf(file string) ([]string, error) {
	chain := []string{file}
	for parent := parentOf(file); parent != ""; parent = parentOf(parent) {
		if len(chain) == longestChain {
			return nil, fmt.Errorf("%s has more than %d parents", file, longestChain)
		}
		chain = append(chain, parent)
	}
	return chain, nil
}

// adopt writes a parent's place into a child that was moved to another directory, or whose parent was.
func adopt(file, parent string) error {
	f, err := os.OpenFile(file, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	defer f.Close()
	header, err := readSparseHeader(f)
	if err != nil {
		return err
	}
	relative, err := filepath.Rel(filepath.Dir(file), parent)
	if err != nil {
		return err
	}
	text := make([]byte, header.DescriptorSize*sector)
	if _, err := f.ReadAt(text, int64(header.DescriptorOffset)*sector); err != nil {
		return err
	}
	// The name of a directory may hold a "$", which would stand for a group in a replacement.
	hint := strings.ReplaceAll(`parentFileNameHint="`+relative+`"`, "$", "$$")
	changed := parentHint.ReplaceAll(bytes.TrimRight(text, "\x00"), []byte(hint))
	if len(changed) > len(text) {
		return fmt.Errorf("the path of the parent is too long: %s", relative)
	}
	padded := append(changed, make([]byte, len(text)-len(changed))...)
	_, err = f.WriteAt(padded, int64(header.DescriptorOffset)*sector)
	return err
}

// flatten writes what a disk or an upload holds, parents first, into a flat file.
func flatten(file, flat string) error {
	if !isSparse(file) {
		if exists(flatOf(file)) {
			file = flatOf(file)
		}
		return copyFile(file, flat)
	}
	chain, err := chainOf(file)
	if err != nil {
		return err
	}
	base := chain[len(chain)-1]
	if isSparse(base) {
		err = extract(base, flat)
	} else {
		err = flatten(base, flat)
	}
	for i := len(chain) - 2; err == nil && i >= 0; i-- {
		err = overlay(chain[i], flat)
	}
	return err
}
