package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"time"
)

// serverCertificate loads the certificate that the configuration names, or makes it, with a
// certificate authority for it, if neither its file nor its key exists.
//
// One certificate serves the vCenter and all ESXi addresses. The authority's private key is
// forgotten once it has signed, so that nothing on the disk can sign another certificate.
func serverCertificate(cfg *config) (tls.Certificate, error) {
	_, noCertificate := os.Stat(cfg.TLS.Certificate)
	_, noKey := os.Stat(cfg.TLS.Key)
	if os.IsNotExist(noCertificate) && os.IsNotExist(noKey) {
		if err := makeCertificates(cfg); err != nil {
			return tls.Certificate{}, fmt.Errorf("make certificates: %w", err)
		}
	}
	pair, err := tls.LoadX509KeyPair(cfg.TLS.Certificate, cfg.TLS.Key)
	if err != nil {
		return pair, fmt.Errorf("%s, %s: %w", cfg.TLS.Certificate, cfg.TLS.Key, err)
	}
	leaf, err := x509.ParseCertificate(pair.Certificate[0])
	if err != nil {
		return pair, fmt.Errorf("%s: %w", cfg.TLS.Certificate, err)
	}
	for _, name := range append([]string{cfg.host()}, cfg.hosts()...) {
		if err := leaf.VerifyHostname(name); err != nil {
			return pair, fmt.Errorf("%s: %w; remove it and its key to have a new pair made", cfg.TLS.Certificate, err)
		}
	}
	return pair, nil
}

func makeCertificates(cfg *config) error {
	caKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	ca, err := template("Polyvisor sandbox CA " + cfg.host())
	if err != nil {
		return err
	}
	ca.IsCA, ca.KeyUsage = true, x509.KeyUsageCertSign|x509.KeyUsageCRLSign
	leaf, err := template("Polyvisor sandbox vCenter " + cfg.host())
	if err != nil {
		return err
	}
	leaf.KeyUsage, leaf.ExtKeyUsage = x509.KeyUsageDigitalSignature, []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
	for _, name := range append([]string{cfg.host()}, cfg.hosts()...) {
		if ip := net.ParseIP(name); ip != nil {
			leaf.IPAddresses = append(leaf.IPAddresses, ip)
		} else {
			leaf.DNSNames = append(leaf.DNSNames, name)
		}
	}
	caDER, err := x509.CreateCertificate(rand.Reader, ca, ca, &caKey.PublicKey, caKey)
	if err != nil {
		return err
	}
	leafDER, err := x509.CreateCertificate(rand.Reader, leaf, ca, &key.PublicKey, caKey)
	if err != nil {
		return err
	}
	keyDER, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return err
	}
	if err := writePEM(cfg.TLS.Key, "PRIVATE KEY", keyDER, 0o600); err != nil {
		return err
	}
	if err := writePEM(cfg.TLS.CA, "CERTIFICATE", caDER, 0o644); err != nil {
		return err
	}
	return writePEM(cfg.TLS.Certificate, "CERTIFICATE", leafDER, 0o644)
}

// template is what both certificates have in common. They are valid from an hour ago, as a node's
// clock may be behind.
func template(name string) (*x509.Certificate, error) {
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
	if err != nil {
		return nil, err
	}
	now := time.Now()
	return &x509.Certificate{
		SerialNumber: serial, Subject: pkix.Name{CommonName: name}, BasicConstraintsValid: true,
		NotBefore: now.Add(-time.Hour), NotAfter: now.AddDate(1, 0, 0),
	}, nil
}

func writePEM(path, kind string, der []byte, mode os.FileMode) error {
	temporary := path + ".new"
	_ = os.Remove(temporary) // its mode would stay
	if err := os.WriteFile(temporary, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), mode); err != nil {
		return err
	}
	return os.Rename(temporary, path)
}
