package main

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"log"
	"net/http"
	"reflect"
	"regexp"
	"strings"
	"sync/atomic"
	"time"

	"github.com/google/uuid"
	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/types"
)

var (
	methodName    = regexp.MustCompile(`<(?:[\w.-]+:)?Body[^>]*>\s*<(?:([\w.-]+):)?(\w+)`)
	timeNoZone    = regexp.MustCompile(`(>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?)<`)
	floatCapacity = regexp.MustCompile(`(<(?:[\w.-]+:)?(?:capacityKb|newCapacityKb|capacityInKB)(?: [^>]*)?>\d+)\.0<`)
	sessionHeader = regexp.MustCompile(`<(?:[\w.-]+:)?vcSessionCookie>"?([^<"]+)"?</`)
	leaseID       = regexp.MustCompile(`<(?:[\w.-]+:)?_this [^>]*>([^<]+)</`)
	ticketID      = regexp.MustCompile(`<id>([^<]+)</id>`)
)

// tolerate rewrites what real clients send and the library's decoder refuses: times without a zone
// (suds), and capacities like 65536.0, which Nova computes by Python 3's division.
func tolerate(body []byte) []byte {
	body = floatCapacity.ReplaceAll(body, []byte("${1}<"))
	return timeNoZone.ReplaceAll(body, []byte("${1}Z<"))
}

func (f *front) soap(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 16<<20))
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	body = tolerate(body)
	// PBM clients put the session into a SOAP header; the library reads only the HTTP cookie.
	if m := sessionHeader.FindSubmatch(body); m != nil {
		if _, err := r.Cookie("vmware_soap_session"); err != nil {
			r.AddCookie(&http.Cookie{Name: "vmware_soap_session", Value: string(m[1])})
		}
	}
	r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	name := ""
	if m := methodName.FindSubmatch(body); m != nil {
		name = string(m[2])
	}
	if f.isForgotten(name, r) {
		refuse(w, "NotAuthenticated", "The session is not authenticated.")
		return
	}
	if f.authenticated(r) && f.answer(w, name, body) {
		return
	}
	lease := leaseOf(name, body)
	if lease != "" {
		f.leases.complete(lease)
	}
	response := &recorder{ResponseWriter: w, status: http.StatusOK}
	f.service.ServeMux.ServeHTTP(response, r)
	f.remember(name, r, response)
	f.tidy(name, lease)
}

// leaseOf is the lease that a call ends; empty if it ends none.
func leaseOf(name string, body []byte) string {
	if name != "HttpNfcLeaseComplete" && name != "HttpNfcLeaseAbort" {
		return ""
	}
	if m := leaseID.FindSubmatch(body); m != nil {
		return string(m[1])
	}
	return ""
}

// tidy does what the library leaves undone in its own methods.
func (f *front) tidy(name, lease string) {
	switch name {
	case "CreateVM_Task", "RegisterVM_Task", "ImportVApp":
		if err := completeAllDisks(); err != nil {
			log.Printf("%s: %s", name, err)
		}
	case "Destroy_Task", "UnregisterVM":
		f.machines.guests.sweep()
	case "HttpNfcLeaseComplete", "HttpNfcLeaseAbort":
		// One of an export is no session's.
		simulator.Map.Remove(types.ManagedObjectReference{Type: "HttpNfcLease", Value: lease})
	}
}

// remember keeps the sessions and tickets that the library hands out, and logs faults.
func (f *front) remember(name string, r *http.Request, response *recorder) {
	if response.status != http.StatusOK {
		text := response.text.String()
		text = text[strings.Index(text, "<soapenv:Body>")+1:]
		if len(text) > 900 {
			text = text[:900]
		}
		log.Printf("%d %s %s", response.status, name, text)
	}
	for _, cookie := range (&http.Response{Header: response.Header()}).Cookies() {
		if cookie.Name == "vmware_soap_session" {
			f.sessions.Store(cookie.Value, true)
		}
	}
	switch name {
	case "AcquireGenericServiceTicket":
		if m := ticketID.FindStringSubmatch(response.text.String()); m != nil {
			f.tickets.Store(m[1], true)
		}
	case "Logout":
		for _, cookie := range r.Cookies() {
			f.sessions.Delete(strings.Trim(cookie.Value, `"`))
		}
	}
}

// answer serves the methods that cannot be added by another type in the library's place, as the
// library casts SearchIndex and VirtualMachine to its own. It is false for all other methods.
func (f *front) answer(w http.ResponseWriter, name string, body []byte) bool {
	switch name {
	case "CurrentTime":
		ahead := time.Duration(f.cfg.defectNumber("clock-ahead")) * time.Second
		respond(w, name, "<returnval>"+time.Now().Add(ahead).UTC().Format(time.RFC3339Nano)+"</returnval>")
		return true
	case "FindAllByUuid", "AcquireTicket":
	default:
		if !machineMethods[name] {
			return false
		}
	}
	method, err := simulator.UnmarshalBody(typeOf, body)
	if err != nil {
		return false
	}
	if machineMethods[name] {
		return f.answerForMachine(w, name, method.Body)
	}
	switch request := method.Body.(type) {
	case *types.FindAllByUuid:
		respond(w, name, virtualMachinesOf(request))
	case *types.AcquireTicket:
		vm, ok := simulator.Map.Get(request.This).(*simulator.VirtualMachine)
		if !ok {
			return false
		}
		host := simulator.Map.Get(*vm.Runtime.Host).(*simulator.HostSystem)
		respond(w, name, fmt.Sprintf("<returnval><ticket>%s</ticket><cfgFile>%s</cfgFile><host>%s</host><port>902</port>"+
			"<sslThumbprint>%s</sslThumbprint></returnval>",
			uuid.New(), escaped(vm.Config.Files.VmPathName), escaped(host.Name), f.thumbprint))
	default:
		return false
	}
	return true
}

func (f *front) answerForMachine(w http.ResponseWriter, name string, body interface{}) bool {
	made := f.machines.answer(body)
	switch {
	case made == nil:
		return false
	case made.fault != nil:
		kind := reflect.TypeOf(made.fault).Elem().Name()
		log.Printf("%s: %s %s", name, kind, made.words)
		refuse(w, kind, made.words)
	case made.ref.Type != "":
		respond(w, name, fmt.Sprintf(`<returnval type="%s">%s</returnval>`, made.ref.Type, escaped(made.ref.Value)))
	default:
		respond(w, name, "")
	}
	return true
}

// typeOf finds a type by the name that a client gives it; suds writes it with a prefix, which Go's decoder does not
// resolve.
func typeOf(name string) (reflect.Type, bool) {
	return types.TypeFunc()(name[strings.LastIndex(name, ":")+1:])
}

func virtualMachinesOf(r *types.FindAllByUuid) string {
	found := ""
	for _, entity := range simulator.Map.All("VirtualMachine") {
		vm := entity.(*simulator.VirtualMachine)
		id := vm.Config.Uuid
		if r.InstanceUuid != nil && *r.InstanceUuid {
			id = vm.Config.InstanceUuid
		}
		if r.VmSearch && strings.EqualFold(id, r.Uuid) {
			found += fmt.Sprintf(`<returnval type="VirtualMachine">%s</returnval>`, escaped(vm.Self.Value))
		}
	}
	return found
}

// isForgotten counts the calls of a session, and says whether it has had as many as the defect allows.
func (f *front) isForgotten(name string, r *http.Request) bool {
	most := f.cfg.defectNumber("session-ends-after")
	if most == 0 || name == "Login" || name == "RetrieveServiceContent" {
		return false
	}
	cookie, err := r.Cookie("vmware_soap_session")
	if err != nil {
		return false
	}
	count, _ := f.calls.LoadOrStore(cookie.Value, new(atomic.Int64))
	return count.(*atomic.Int64).Add(1) > most
}

func refuse(w http.ResponseWriter, fault, message string) {
	w.Header().Set("Content-Type", "text/xml; charset=utf-8")
	w.WriteHeader(http.StatusInternalServerError)
	fmt.Fprintf(w, `<?xml version="1.0" encoding="UTF-8"?>`+
		`<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" `+
		`xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><soapenv:Body><soapenv:Fault>`+
		`<faultcode>ServerFaultCode</faultcode><faultstring>%s</faultstring>`+
		`<detail><%sFault xmlns="urn:vim25" xsi:type="%s"/></detail></soapenv:Fault></soapenv:Body></soapenv:Envelope>`,
		escaped(message), fault, fault)
}

func respond(w http.ResponseWriter, method, inner string) {
	w.Header().Set("Content-Type", "text/xml; charset=utf-8")
	fmt.Fprintf(w, `<?xml version="1.0" encoding="UTF-8"?>`+
		`<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><soapenv:Body>`+
		`<%sResponse xmlns="urn:vim25">%s</%sResponse></soapenv:Body></soapenv:Envelope>`, method, inner, method)
}

func escaped(s string) string {
	var b bytes.Buffer
	_ = xml.EscapeText(&b, []byte(s)) // a buffer does not fail
	return b.String()
}
