package main

import (
	"sync"
	"time"
)

// leases are what HttpNfcLeases are for, by their names.
type leases struct {
	lock sync.Mutex
	idle *sync.Cond
	// uploads that have not become disks yet.
	uploads map[string]int
	// seen are leases for which an upload has begun.
	seen map[string]bool
	// exports are the disks that may be read, by their names in the lease.
	exports map[string]map[string]string
}

func newLeases() *leases {
	l := &leases{uploads: map[string]int{}, seen: map[string]bool{}, exports: map[string]map[string]string{}}
	l.idle = sync.NewCond(&l.lock)
	return l
}

func (l *leases) begin(lease string) {
	l.lock.Lock()
	defer l.lock.Unlock()
	l.uploads[lease]++
	l.seen[lease] = true
	l.idle.Broadcast()
}

func (l *leases) end(lease string) {
	l.lock.Lock()
	defer l.lock.Unlock()
	if l.uploads[lease]--; l.uploads[lease] == 0 {
		delete(l.uploads, lease)
	}
	l.idle.Broadcast()
}

// patience with an upload that is on its way: its last byte may be sent before anybody here has read its first.
const patience = 3 * time.Second

// complete waits for the uploads: clients complete a lease, and use the disk, as soon as their last byte is sent.
func (l *leases) complete(lease string) {
	l.lock.Lock()
	defer l.lock.Unlock()
	if _, isExport := l.exports[lease]; !isExport {
		timer := time.AfterFunc(patience, l.idle.Broadcast)
		defer timer.Stop()
	}
	for began := time.Now(); l.uploads[lease] > 0 || l.mayComeYet(lease, began); {
		l.idle.Wait()
	}
	delete(l.exports, lease)
	delete(l.seen, lease)
}

func (l *leases) mayComeYet(lease string, began time.Time) bool {
	_, isExport := l.exports[lease]
	return !isExport && !l.seen[lease] && time.Since(began) < patience
}

func (l *leases) offer(lease string, files map[string]string) {
	l.lock.Lock()
	defer l.lock.Unlock()
	l.exports[lease] = files
}

func (l *leases) file(lease, name string) string {
	l.lock.Lock()
	defer l.lock.Unlock()
	return l.exports[lease][name]
}
