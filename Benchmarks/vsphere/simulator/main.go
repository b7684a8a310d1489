// Command simulator is a vCenter of govmomi's own simulator with a large inventory, for the benchmark.
// It prints one JSON line when it answers, and ends with its standard input.
package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"flag"
	"io"
	"log"
	"math/big"
	"net"
	"os"
	"time"

	"github.com/vmware/govmomi/simulator"
)

func main() {
	clusters := flag.Int("clusters", 100, "clusters")
	hosts := flag.Int("hosts", 10, "hosts of each cluster")
	machines := flag.Int("machines", 100, "virtual machines of each cluster")
	ca := flag.String("ca", "", "file for the server's certificate")
	flag.Parse()
	log.SetOutput(io.Discard)
	started := time.Now()
	model := simulator.VPX()
	model.Host, model.Cluster, model.ClusterHost, model.Machine = 0, *clusters, *hosts, *machines
	model.Autostart = false
	if err := model.Create(); err != nil {
		panic(err)
	}
	defer model.Remove()
	certificate, err := certificate()
	if err != nil {
		panic(err)
	}
	text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: certificate.Certificate[0]})
	if err := os.WriteFile(*ca, text, 0o600); err != nil {
		panic(err)
	}
	model.Service.TLS = &tls.Config{Certificates: []tls.Certificate{certificate}}
	server := model.Service.NewServer()
	ready := map[string]interface{}{"port": server.URL.Port(), "seconds": time.Since(started).Seconds()}
	if err := json.NewEncoder(os.Stdout).Encode(ready); err != nil {
		panic(err)
	}
	_, _ = io.Copy(io.Discard, os.Stdin)
}

// certificate is one for 127.0.0.1 that has signed itself: the library's own has a key that OpenSSL calls too weak.
func certificate() (tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, err
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "simulator"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, err
}
