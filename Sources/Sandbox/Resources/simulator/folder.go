package main

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"

	"github.com/vmware/govmomi/simulator"
)

// folder is a datastore over HTTP: GET and HEAD with ranges, PUT, DELETE.
//
// Nova uploads to "the ESXi host", whose only datacenter is called ha-datacenter.
func (f *front) folder(w http.ResponseWriter, r *http.Request, isESXi bool) {
	if !f.authenticated(r) {
		w.Header().Set("WWW-Authenticate", `Basic realm="VMware HTTP server"`)
		http.Error(w, "401 Unauthorized", http.StatusUnauthorized)
		return
	}
	query := r.URL.Query()
	ds := findDatastore(query.Get("dsName"))
	if ds == nil || !hasDatacenter(query.Get("dcPath"), isESXi) {
		http.Error(w, "404 no such datacenter or datastore", http.StatusNotFound)
		return
	}
	file := inDatastore(ds, strings.TrimPrefix(r.URL.Path, "/folder"))
	switch r.Method {
	case "PUT", "POST":
		f.upload(w, r, file)
	case "DELETE":
		if err := os.Remove(file); err != nil {
			http.Error(w, "404 "+filepath.Base(file), http.StatusNotFound)
			return
		}
		w.WriteHeader(http.StatusNoContent)
	default:
		http.ServeFile(w, r, file)
	}
}

func hasDatacenter(path string, isESXi bool) bool {
	if isESXi && path == "ha-datacenter" {
		return true
	}
	for _, entity := range simulator.Map.All("Datacenter") {
		if strings.Trim(path, "/") == entity.Entity().Name {
			return true
		}
	}
	return false
}

// upload stores a body. Directories are not made: MakeDirectory does that.
func (f *front) upload(w http.ResponseWriter, r *http.Request, file string) {
	status := http.StatusCreated
	if exists(file) {
		status = http.StatusOK
	}
	if !exists(filepath.Dir(file)) {
		http.Error(w, "404 no such directory", http.StatusNotFound)
		return
	}
	if err := store(r, file); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.WriteHeader(status)
}

func store(r *http.Request, file string) error {
	out, err := os.Create(file)
	if err != nil {
		return err
	}
	n, err := io.Copy(out, r.Body)
	if e := out.Close(); err == nil {
		err = e
	}
	if err == nil && r.ContentLength >= 0 && n != r.ContentLength {
		err = fmt.Errorf("short upload: %d of %d bytes", n, r.ContentLength)
	}
	return err
}
