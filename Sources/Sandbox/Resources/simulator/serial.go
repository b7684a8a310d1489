package main

import (
	"fmt"
	"io"
	"log"
	"net"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/types"
)

// serialPort carries what a guest says on a serial port to where the configuration says: a file on a datastore, or a
// service on the network (a virtual serial port concentrator, as Nova's serial_port_service_uri names it).
type serialPort struct {
	guest net.Conn
	// of whom it is, for the log.
	name string
	// service is nil for a file.
	service *serialService
	lock    sync.Mutex
	out     io.WriteCloser
	carried chan struct{}
}

// openSerial gives the port, and the end that QEMU inherits.
func openSerial(vm *simulator.VirtualMachine, port *types.VirtualSerialPort) (*serialPort, *os.File, error) {
	s := &serialPort{name: fmt.Sprintf("serial port of %s (%s)", vm.Self.Value, vm.Name), carried: make(chan struct{})}
	switch backing := port.Backing.(type) {
	case *types.VirtualSerialPortFileBackingInfo:
		file, fault := fileOf(backing.FileName)
		if fault != nil {
			return nil, nil, fmt.Errorf("serial port to %s: %T", backing.FileName, fault)
		}
		out, err := os.OpenFile(file, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
		if err != nil {
			return nil, nil, err
		}
		s.out = out
	case *types.VirtualSerialPortURIBackingInfo:
		s.service = &serialService{uri: backing.ServiceURI, proxy: backing.ProxyURI, uuid: vm.Config.InstanceUuid,
			name: vm.Name, host: hostOf(vm).Name}
	default:
		log.Printf("%s: %T is not carried anywhere", s.name, port.Backing)
	}
	own, theirs, err := pair("serial")
	if err != nil {
		return nil, nil, err
	}
	s.guest = own
	go s.carry()
	return s, theirs, nil
}

// serviceRetry is how long a service that cannot be reached is left alone.
const serviceRetry = time.Second

// carry reads the guest's words until it ends. As an ESXi host does, it calls the service when the machine is switched
// on; what is said while nobody answers is lost.
func (s *serialPort) carry() {
	defer close(s.carried)
	buffer := make([]byte, 4096)
	tried := s.call()
	for {
		n, err := s.guest.Read(buffer)
		if err != nil {
			return
		}
		if s.current() == nil && time.Since(tried) > serviceRetry {
			tried = s.call()
		}
		s.pass(buffer[:n])
	}
}

func (s *serialPort) call() time.Time {
	if s.service != nil {
		out, err := s.service.connect(s.guest)
		if err != nil {
			log.Printf("%s: %s", s.name, err)
		} else {
			s.set(out)
		}
	}
	return time.Now()
}

func (s *serialPort) pass(words []byte) {
	out := s.current()
	if out == nil {
		return
	}
	if s.service != nil {
		words = []byte(strings.ReplaceAll(string(words), "\xff", "\xff\xff")) // telnet's escape
	}
	if _, err := out.Write(words); err != nil {
		log.Printf("%s: %s", s.name, err)
		out.Close()
		s.set(nil)
	}
}

func (s *serialPort) current() io.WriteCloser {
	s.lock.Lock()
	defer s.lock.Unlock()
	return s.out
}

func (s *serialPort) set(out io.WriteCloser) {
	s.lock.Lock()
	defer s.lock.Unlock()
	s.out = out
}

// close waits for the guest's last words, which are still on their way when its process has ended.
func (s *serialPort) close() {
	select {
	case <-s.carried:
	case <-time.After(5 * time.Second):
	}
	s.guest.Close()
	if out := s.current(); out != nil {
		out.Close()
	}
}
