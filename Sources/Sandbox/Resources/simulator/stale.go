package main

import (
	"log"
	"os"
	"path/filepath"
	"syscall"
)

// dropEmptyImages removes disks without content from Nova's image caches, as a simulator that ran no guests left them:
// Nova would take each for the whole image and boot its instances from nothing. It fetches an image that is not there.
func dropEmptyImages(cfg *config) error {
	extents, err := filepath.Glob(filepath.Join(cfg.DatastoreDirectory, "*", "*_base", "*", "*-flat.vmdk"))
	if err != nil {
		return err
	}
	for _, extent := range extents {
		info, err := os.Stat(extent)
		if err != nil {
			return err
		}
		if system, ok := info.Sys().(*syscall.Stat_t); !ok || system.Blocks > 0 || info.Size() == 0 {
			continue // with content, or the empty extent of a child
		}
		directory := filepath.Dir(extent)
		log.Printf("%s has no content: removed from the image cache", directory)
		if err := os.RemoveAll(directory); err != nil {
			return err
		}
	}
	return nil
}
