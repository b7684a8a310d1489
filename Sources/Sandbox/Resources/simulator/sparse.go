package main

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
)

// sparseHeader is the beginning of a sparse or streamOptimized VMDK: "SparseExtentHeader" of VMware's "Virtual Disk
// Format 5.0". Offsets and sizes are in sectors.
type sparseHeader struct {
	Magic            [4]byte
	Version, Flags   uint32
	Capacity         uint64
	GrainSize        uint64
	DescriptorOffset uint64
	DescriptorSize   uint64
	EntriesPerTable  uint32
	RedundantOffset  uint64
	DirectoryOffset  uint64
}

const (
	sector             = 512
	sparseMagic        = "KDMV"
	flagCompressed     = 1 << 16
	directoryInFooter  = ^uint64(0)
	largestGrain       = 16 << 20 / sector
	largestTable       = 1 << 20
	largestCapacity    = 64 << 40 / sector // vSphere's is 62 TiB
	largestDescriptor  = 1 << 20 / sector
	grainZero, noGrain = 1, 0
)

// sparseDisk is a sparse VMDK that is being read.
type sparseDisk struct {
	sparseHeader
	file *os.File
	// overParent says that zeros count, as they hide what a parent has there.
	overParent bool
}

// isSparse tells a VMDK whose data lies in the file itself from a descriptor that names an extent.
func isSparse(file string) bool {
	f, err := os.Open(file)
	if err != nil {
		return false
	}
	defer f.Close()
	magic := make([]byte, len(sparseMagic))
	_, err = io.ReadFull(f, magic)
	return err == nil && string(magic) == sparseMagic
}

// extract writes what a sparse or streamOptimized VMDK holds into a flat file of its capacity. Nothing that the VMDK's
// descriptor names is opened: an image is a stranger's.
func extract(vmdk, flat string) error {
	disk, err := openSparse(vmdk)
	if err != nil {
		return err
	}
	defer disk.file.Close()
	if err := makeExtent(flat, int64(disk.Capacity)*sector); err != nil {
		return err
	}
	return disk.writeOver(flat)
}

// overlay writes what a sparse disk holds over the content of its parent.
func overlay(delta, flat string) error {
	disk, err := openSparse(delta)
	if err != nil {
		return err
	}
	defer disk.file.Close()
	disk.overParent = true
	if err := os.Truncate(flat, int64(disk.Capacity)*sector); err != nil {
		return err
	}
	return disk.writeOver(flat)
}

func openSparse(file string) (*sparseDisk, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	header, err := readSparseHeader(f)
	if err != nil {
		f.Close()
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return &sparseDisk{sparseHeader: *header, file: f}, nil
}

func readSparseHeader(in *os.File) (*sparseHeader, error) {
	header := &sparseHeader{}
	if err := binary.Read(io.NewSectionReader(in, 0, sector), binary.LittleEndian, header); err != nil {
		return nil, err
	}
	if header.DirectoryOffset == directoryInFooter {
		info, err := in.Stat()
		if err != nil {
			return nil, err
		}
		// The end is a marker, the footer, and a marker of the stream's end, of a sector each.
		footer := io.NewSectionReader(in, info.Size()-2*sector, sector)
		if err := binary.Read(footer, binary.LittleEndian, header); err != nil {
			return nil, err
		}
	}
	if string(header.Magic[:]) != sparseMagic || header.DirectoryOffset == directoryInFooter {
		return nil, errors.New("not a sparse VMDK, or its end is missing")
	}
	if header.GrainSize == 0 || header.GrainSize > largestGrain || header.EntriesPerTable == 0 ||
		header.EntriesPerTable > largestTable || header.Capacity > largestCapacity ||
		header.DescriptorSize > largestDescriptor {
		return nil, fmt.Errorf("a sparse VMDK of %d sectors with grains of %d, %d in a table, and a descriptor of %d",
			header.Capacity, header.GrainSize, header.EntriesPerTable, header.DescriptorSize)
	}
	return header, nil
}

func (d *sparseDisk) writeOver(flat string) error {
	out, err := os.OpenFile(flat, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	err = d.copyGrains(out)
	if e := out.Close(); err == nil {
		err = e
	}
	return err
}

func (d *sparseDisk) copyGrains(out io.WriterAt) error {
	perTable := d.GrainSize * uint64(d.EntriesPerTable)
	tables := make([]uint32, (d.Capacity+perTable-1)/perTable)
	if err := d.readNumbers(d.DirectoryOffset, tables); err != nil {
		return fmt.Errorf("the directory of grains: %w", err)
	}
	entries := make([]uint32, d.EntriesPerTable)
	for i, table := range tables {
		if table == noGrain {
			continue
		}
		if err := d.readNumbers(uint64(table), entries); err != nil {
			return fmt.Errorf("table %d of grains: %w", i, err)
		}
		for j, place := range entries {
			first := uint64(i)*perTable + uint64(j)*d.GrainSize
			if place == noGrain || place == grainZero && !d.overParent || first >= d.Capacity {
				continue
			}
			if err := d.copyGrain(out, uint64(place), first); err != nil {
				return fmt.Errorf("the grain of sector %d: %w", first, err)
			}
		}
	}
	return nil
}

func (d *sparseDisk) readNumbers(at uint64, numbers []uint32) error {
	place := io.NewSectionReader(d.file, int64(at)*sector, int64(len(numbers))*4)
	return binary.Read(place, binary.LittleEndian, numbers)
}

func (d *sparseDisk) copyGrain(out io.WriterAt, place, first uint64) error {
	size := d.GrainSize
	if left := d.Capacity - first; left < size {
		size = left
	}
	data := make([]byte, size*sector)
	if place != grainZero {
		if err := d.readGrain(data, place); err != nil {
			return err
		}
	}
	if !d.overParent && isZero(data) {
		return nil // a hole stays one
	}
	_, err := out.WriteAt(data, int64(first)*sector)
	return err
}

func (d *sparseDisk) readGrain(data []byte, place uint64) error {
	if d.Flags&flagCompressed == 0 {
		_, err := d.file.ReadAt(data, int64(place)*sector)
		return err
	}
	marker := make([]byte, 12) // the grain's first sector, and the size of what follows
	if _, err := d.file.ReadAt(marker, int64(place)*sector); err != nil {
		return err
	}
	length := int64(binary.LittleEndian.Uint32(marker[8:]))
	unpacked, err := zlib.NewReader(io.NewSectionReader(d.file, int64(place)*sector+12, length))
	if err != nil {
		return err
	}
	defer unpacked.Close()
	// The last grain may be shorter than the others.
	if _, err := io.ReadFull(unpacked, data); err != nil && err != io.ErrUnexpectedEOF {
		return err
	}
	return nil
}

func isZero(data []byte) bool { return bytes.Count(data, []byte{0}) == len(data) }
