package main

import (
	"bytes"
	"crypto/sha1"
	"crypto/subtle"
	"crypto/tls"
	"fmt"
	"log"
	"net"
	"net/http"
	"path"
	"path/filepath"
	"runtime/debug"
	"strings"
	"sync"

	"github.com/vmware/govmomi/simulator"
)

// front stands before the library's handlers on the vCenter's and each ESXi host's address.
type front struct {
	service *simulator.Service
	cfg     *config
	leases  *leases
	// machines are the virtual machines, with their guests.
	machines *machines
	// thumbprint of the certificate, which console tickets name: SHA-1, as vSphere has it.
	thumbprint string
	sessions   sync.Map // value of a session cookie → true
	tickets    sync.Map // ticket for one HTTP access → true
	calls      sync.Map // value of a session cookie → number of its calls
}

func newFront(service *simulator.Service, cfg *config) *front {
	leases := newLeases()
	return &front{service: service, cfg: cfg, leases: leases,
		machines: &machines{guests: newGuests(cfg.Guests), leases: leases}}
}

// listen opens every listener before it serves on the first.
func (f *front) listen(certificate tls.Certificate) error {
	settings := &tls.Config{Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS12,
		NextProtos: []string{"http/1.1"}, ClientAuth: tls.RequestClientCert}
	f.thumbprint = strings.ReplaceAll(fmt.Sprintf("% X", sha1.Sum(certificate.Certificate[0])), " ", ":")
	type pair struct {
		listener net.Listener
		isESXi   bool
	}
	var all []pair
	for i, address := range append([]string{f.cfg.host()}, f.cfg.hosts()...) {
		listener, err := net.Listen("tcp", net.JoinHostPort(address, f.cfg.port()))
		if err != nil {
			return fmt.Errorf("%w: is the address on an interface, and the port free?", err)
		}
		all = append(all, pair{tls.NewListener(listener, settings), i > 0})
	}
	for _, p := range all {
		server := &http.Server{Handler: f.handler(p.isESXi)}
		go func(l net.Listener) { log.Fatalf("listener %s: %s", l.Addr(), server.Serve(l)) }(p.listener)
	}
	return nil
}

func (f *front) handler(isESXi bool) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() { // a panic in the library is an answer and a line in the log, not a dead connection
			if e := recover(); e != nil {
				log.Printf("panic at %s %s: %v\n%s", r.Method, r.URL.Path, e, debug.Stack())
				http.Error(w, fmt.Sprint(e), http.StatusInternalServerError)
			}
		}()
		switch {
		case isInterfaceFile(r):
			http.ServeFile(w, r, filepath.Join(f.cfg.WSDLDirectory, path.Base(r.URL.Path)))
		case strings.HasPrefix(r.URL.Path, "/folder"):
			f.folder(w, r, isESXi)
		case strings.HasPrefix(r.URL.Path, "/nfc/"):
			f.nfc(w, r)
		case r.Method == "POST" && (strings.HasPrefix(r.URL.Path, "/sdk") || strings.HasPrefix(r.URL.Path, "/pbm")):
			f.soap(w, r)
		default:
			f.service.ServeMux.ServeHTTP(w, r)
		}
	})
}

func isInterfaceFile(r *http.Request) bool {
	return r.Method == "GET" && strings.HasPrefix(r.URL.Path, "/sdk/") &&
		(strings.HasSuffix(r.URL.Path, ".wsdl") || strings.HasSuffix(r.URL.Path, ".xsd"))
}

// authenticated accepts what vCenter does: a session, a ticket, or user and password.
func (f *front) authenticated(r *http.Request) bool {
	for _, cookie := range r.Cookies() {
		value := strings.Trim(cookie.Value, `"`)
		switch cookie.Name {
		case "vmware_soap_session":
			if _, ok := f.sessions.Load(value); ok {
				return true
			}
		case "vmware_cgi_ticket":
			if _, ok := f.tickets.Load(value); ok {
				return true
			}
		}
	}
	user, password, ok := r.BasicAuth()
	return ok && user == f.cfg.User && subtle.ConstantTimeCompare([]byte(password), []byte(f.cfg.Password)) == 1
}

// recorder passes a response on and remembers it.
type recorder struct {
	http.ResponseWriter
	text   bytes.Buffer
	status int
}

func (c *recorder) WriteHeader(status int) {
	c.status = status
	c.ResponseWriter.WriteHeader(status)
}

func (c *recorder) Write(b []byte) (int, error) {
	c.text.Write(b)
	return c.ResponseWriter.Write(b)
}
