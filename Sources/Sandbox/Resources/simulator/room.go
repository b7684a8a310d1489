package main

import (
	"fmt"
	"os"
	"strconv"
	"strings"
)

// What a guest takes beside its own memory (measured with TCG: about 105 MB), and what has to stay for everything else.
const (
	overheadMiB = 128
	spareMiB    = 256
)

// roomFor refuses a guest for which this machine has no memory: it would be some other process that Linux ends for it.
func roomFor(memoryMiB int64) error {
	text, err := os.ReadFile("/proc/meminfo")
	if err != nil {
		return err
	}
	available, ok := availableMiB(string(text))
	if needed := memoryMiB + overheadMiB + spareMiB; ok && available < needed {
		return fmt.Errorf("this machine has %d MiB of memory left, and a guest of %d MiB needs %d with QEMU and some to spare",
			available, memoryMiB, needed)
	}
	return nil
}

func availableMiB(meminfo string) (int64, bool) {
	for _, line := range strings.Split(meminfo, "\n") {
		fields := strings.Fields(line)
		if len(fields) >= 2 && fields[0] == "MemAvailable:" {
			kib, err := strconv.ParseInt(fields[1], 10, 64)
			return kib >> 10, err == nil
		}
	}
	return 0, false
}
