package main

import (
	"fmt"
	"io"
	"net"
	"net/url"
	"strings"
	"time"
)

// serialService is the ESXi host's side of VMware's telnet extension ("Using a Proxy with vSphere Virtual Serial Ports").
type serialService struct{ uri, proxy, uuid, name, host string }

// Of telnet (RFC 854) and of VMware's extension of it.
const (
	telnetIAC, telnetDO, telnetWILL, telnetSB, telnetSE  = 255, 253, 251, 250, 240
	telnetBinary, telnetNoGoAhead, telnetVMware          = 0, 3, 232
	vmwareKnown, vmwareKnownAnswer                       = 0, 1
	vmwareDoProxy, vmwareWillProxy, vmwareWontProxy      = 70, 71, 73
	vmwareUUID, vmwareGetUUID, vmwareName, vmwareGetName = 80, 81, 82, 83
)

// servicePatience is how long a service may take to ask whose port it is.
const servicePatience = 5 * time.Second

// connect dials and says whose port this is; from then on what the service says goes to the guest.
func (v *serialService) connect(guest io.Writer) (io.WriteCloser, error) {
	target := v.proxy
	if target == "" {
		target = v.uri
	}
	where, err := url.Parse(target)
	if err != nil || where.Host == "" || where.Scheme != "telnet" {
		return nil, fmt.Errorf("%q is not the address of a telnet service", target)
	}
	// It is the ESXi host that calls.
	dialer := net.Dialer{Timeout: servicePatience, LocalAddr: &net.TCPAddr{IP: net.ParseIP(v.host)}}
	connection, err := dialer.Dial("tcp", where.Host)
	if err != nil {
		return nil, err
	}
	talk := &conversation{service: v, connection: connection, guest: guest, ready: make(chan error, 1), isProxied: v.proxy == ""}
	if err := talk.begin(); err != nil {
		connection.Close()
		return nil, fmt.Errorf("%s: %w", where.Host, err)
	}
	return connection, nil
}

// conversation is one connection to a service.
type conversation struct {
	service    *serialService
	connection net.Conn
	guest      io.Writer
	// ready gets nil when the service knows whose port it is, or why it does not.
	ready              chan error
	isProxied, isKnown bool
}

func (c *conversation) begin() error {
	go c.listen()
	hello := []byte{telnetIAC, telnetWILL, telnetVMware, telnetIAC, telnetWILL, telnetBinary, telnetIAC, telnetWILL, telnetNoGoAhead}
	if _, err := c.connection.Write(hello); err != nil {
		return err
	}
	select {
	case err := <-c.ready:
		return err
	case <-time.After(servicePatience):
		return fmt.Errorf("it did not ask within %s whose port this is", servicePatience)
	}
}

func (c *conversation) settle(err error) {
	select {
	case c.ready <- err:
	default: // it was settled before
	}
}

func (c *conversation) listen() {
	reader := &telnetReader{in: c.connection}
	for {
		command, option, data, err := reader.next()
		if err != nil {
			c.settle(err)
			c.connection.Close()
			return
		}
		switch {
		case command == 0:
			_, _ = c.guest.Write(data)
		case command == telnetDO && option == telnetVMware:
			c.say(vmwareKnown, string([]byte{vmwareKnown, vmwareKnownAnswer, vmwareDoProxy, vmwareWillProxy, vmwareWontProxy,
				vmwareUUID, vmwareGetUUID, vmwareName, vmwareGetName}))
		case command == telnetWILL:
			_, _ = c.connection.Write([]byte{telnetIAC, telnetDO, option})
		case command == telnetSB && len(data) > 1 && data[0] == telnetVMware:
			c.answer(data[1])
		}
		if c.isKnown && c.isProxied {
			c.settle(nil)
		}
	}
}

// answer answers one suboption of VMware's.
func (c *conversation) answer(command byte) {
	switch command {
	case vmwareKnownAnswer:
		if !c.isProxied {
			c.say(vmwareDoProxy, "S"+c.service.uri) // S: as a server
		}
	case vmwareWillProxy:
		c.isProxied = true
	case vmwareWontProxy:
		c.settle(fmt.Errorf("the proxy does not serve %q", c.service.uri))
	case vmwareGetUUID:
		c.say(vmwareUUID, spacedUUID(c.service.uuid))
		c.isKnown = true
	case vmwareGetName:
		c.say(vmwareName, c.service.name)
	}
}

// say sends a suboption. That it failed shows when something is read.
func (c *conversation) say(command byte, data string) {
	text := append([]byte{telnetIAC, telnetSB, telnetVMware, command}, strings.ReplaceAll(data, "\xff", "\xff\xff")...)
	_, _ = c.connection.Write(append(text, telnetIAC, telnetSE))
}

// spacedUUID writes a UUID as VMware does in a .vmx: "50 2d 0e 1a 2b 3c 4d 5e-6f 70 …".
func spacedUUID(uuid string) string {
	plain := strings.ReplaceAll(uuid, "-", "")
	var halves []string
	for len(plain) >= 16 {
		var bytes []string
		for i := 0; i < 16; i += 2 {
			bytes = append(bytes, plain[i:i+2])
		}
		halves, plain = append(halves, strings.Join(bytes, " ")), plain[16:]
	}
	return strings.Join(halves, "-")
}

// telnetReader takes text and commands apart.
type telnetReader struct {
	in      io.Reader
	pending []byte
}

func (t *telnetReader) byte() (byte, error) {
	for len(t.pending) == 0 {
		buffer := make([]byte, 512)
		n, err := t.in.Read(buffer)
		if n == 0 && err != nil {
			return 0, err
		}
		t.pending = buffer[:n]
	}
	b := t.pending[0]
	t.pending = t.pending[1:]
	return b, nil
}

// next gives a command with its option or data; or one byte of text, whose command is 0.
func (t *telnetReader) next() (command, option byte, data []byte, err error) {
	b, err := t.byte()
	if err != nil || b != telnetIAC {
		return 0, 0, []byte{b}, err
	}
	if command, err = t.byte(); err != nil || command == telnetIAC {
		return 0, 0, []byte{telnetIAC}, err
	}
	switch {
	case command == telnetSB:
		data, err = t.suboption()
	case command >= telnetWILL:
		option, err = t.byte()
	}
	return command, option, data, err
}

// largestSuboption is more than any that there is.
const largestSuboption = 64 << 10

func (t *telnetReader) suboption() ([]byte, error) {
	var data []byte
	for len(data) < largestSuboption {
		b, err := t.byte()
		if err != nil {
			return nil, err
		}
		if b == telnetIAC {
			if b, err = t.byte(); err != nil || b == telnetSE {
				return data, err
			}
		}
		data = append(data, b)
	}
	return nil, fmt.Errorf("a suboption of more than %d bytes", largestSuboption)
}
