package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"sync"
	"syscall"
	"time"
)

// monitor speaks QEMU's machine protocol (QMP) with one guest's process.
type monitor struct {
	connection net.Conn
	lock       sync.Mutex // one command at a time
	answers    chan answer
	events     func(name string, data json.RawMessage)
}

type answer struct {
	Return json.RawMessage `json:"return"`
	Error  *struct {
		Desc string `json:"desc"`
	} `json:"error"`
	Event string          `json:"event"`
	Data  json.RawMessage `json:"data"`
}

// How long QEMU may take to make its devices, and to answer. A busy machine takes its time.
const (
	startPatience  = 120 * time.Second
	answerPatience = 120 * time.Second
)

// pair gives two ends that are connected: ours, and one to be inherited.
func pair(name string) (net.Conn, *os.File, error) {
	fds, err := syscall.Socketpair(syscall.AF_UNIX, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, nil, err
	}
	own := os.NewFile(uintptr(fds[0]), name)
	defer own.Close() // what is made of it has a descriptor of its own
	connection, err := net.FileConn(own)
	if err != nil {
		syscall.Close(fds[1])
		return nil, nil, err
	}
	return connection, os.NewFile(uintptr(fds[1]), name), nil
}

// newMonitor waits until QEMU speaks, which it does when its devices are made.
func newMonitor(connection net.Conn, events func(string, json.RawMessage)) (*monitor, error) {
	m := &monitor{connection: connection, answers: make(chan answer, 1), events: events}
	decoder := json.NewDecoder(connection)
	greeting := map[string]json.RawMessage{}
	_ = connection.SetReadDeadline(time.Now().Add(startPatience))
	if err := decoder.Decode(&greeting); err != nil {
		connection.Close()
		return nil, err
	}
	_ = connection.SetReadDeadline(time.Time{})
	go m.listen(decoder)
	_, err := m.execute("qmp_capabilities", nil)
	return m, err
}

func (m *monitor) listen(decoder *json.Decoder) {
	defer close(m.answers)
	defer m.connection.Close()
	for {
		message := answer{}
		if decoder.Decode(&message) != nil {
			return
		}
		if message.Event != "" {
			m.events(message.Event, message.Data)
			continue
		}
		m.answers <- message
	}
}

func (m *monitor) execute(command string, arguments interface{}) (json.RawMessage, error) {
	m.lock.Lock()
	defer m.lock.Unlock()
	request := map[string]interface{}{"execute": command}
	if arguments != nil {
		request["arguments"] = arguments
	}
	if err := json.NewEncoder(m.connection).Encode(request); err != nil {
		return nil, fmt.Errorf("%s: %w", command, err)
	}
	select {
	case reply, ok := <-m.answers:
		if !ok {
			return nil, errors.New("the guest's process ended")
		}
		if reply.Error != nil {
			return nil, fmt.Errorf("%s: %s", command, reply.Error.Desc)
		}
		return reply.Return, nil
	case <-time.After(answerPatience):
		// Its answer would be taken for the next command's.
		m.connection.Close()
		return nil, fmt.Errorf("%s: QEMU did not answer within %s", command, answerPatience)
	}
}
