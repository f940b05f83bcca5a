package main

import (
	"fmt"
	"net"
	"net/netip"
	"strings"
)

// urlOf returns the URL at which a browser on this machine finds a listener.
func urlOf(addr net.Addr) string {
	tcp := addr.(*net.TCPAddr)
	host := tcp.IP.String()
	if tcp.IP == nil || tcp.IP.IsUnspecified() {
		host = "127.0.0.1"
	}
	return "http://" + net.JoinHostPort(host, fmt.Sprint(tcp.Port))
}

func isLoopback(addr net.Addr) bool {
	tcp, ok := addr.(*net.TCPAddr)
	return ok && tcp.IP.IsLoopback()
}

// parseHosts reads the names of hosts in a list such as
// courses.example.org,www.courses.example.org.
func parseHosts(list string) ([]string, error) {
	hosts := splitList(list)
	for _, host := range hosts {
		if host == "" || strings.ContainsAny(host, ":/@*# ") {
			return nil, fmt.Errorf("%q is not the name of a host; such a name looks like courses.example.org", host)
		}
	}
	return hosts, nil
}

// parseProxies reads the addresses, and ranges of addresses, in a list such as
// 10.0.0.0/8,::1.
func parseProxies(list string) ([]netip.Prefix, error) {
	var proxies []netip.Prefix
	for _, text := range splitList(list) {
		proxy, err := netip.ParsePrefix(text)
		if addr, addrErr := netip.ParseAddr(text); addrErr == nil {
			proxy, err = addr.Prefix(addr.BitLen())
		}
		if err != nil {
			return nil, fmt.Errorf("%q is neither an address nor a range such as 10.0.0.0/8", text)
		}
		proxies = append(proxies, proxy)
	}
	return proxies, nil
}
