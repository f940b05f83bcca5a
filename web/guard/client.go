package guard

import (
	"context"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// A Client is the sender of a request, as far as its headers can be believed.
type Client struct {
	Addr   netip.Addr // the zero Addr if it is unknown
	Secure bool       // it came over TLS
}

// Network is what counts as one client: an IPv4 address, or the first 64 bits of an IPv6 address,
// since everybody has all addresses that begin with them.
func (c Client) Network() netip.Prefix {
	bits := 64
	if c.Addr.Is4() {
		bits = 32
	}
	network, _ := c.Addr.Prefix(bits) // all clients of unknown address share the zero Prefix
	return network
}

// WideNetwork is as much as one person or one small company can have: 256 IPv4 addresses, or all
// IPv6 addresses with the same first 48 bits. Providers hand out no more.
func (c Client) WideNetwork() netip.Prefix {
	bits := 48
	if c.Addr.Is4() {
		bits = 24
	}
	network, _ := c.Addr.Prefix(bits)
	return network
}

type clientKey struct{}

// WithClient returns a context of a request from a client.
func WithClient(ctx context.Context, c Client) context.Context {
	return context.WithValue(ctx, clientKey{}, c)
}

// ClientOf returns the client that [WithClient] put into the context of a request.
func ClientOf(r *http.Request) Client {
	c, _ := r.Context().Value(clientKey{}).(Client)
	return c
}

// ClientBehind returns the client that is connected or, if that is a trusted proxy, the client
// that the proxy speaks for. Every proxy appends to X-Forwarded-For the address that it heard
// from. So the client is the last address there that is not a trusted proxy. The addresses
// before it may be made up by the client.
func ClientBehind(trusted []netip.Prefix, r *http.Request) Client {
	isTrusted := func(addr netip.Addr) bool {
		return slices.ContainsFunc(trusted, func(p netip.Prefix) bool { return p.Contains(addr) })
	}
	c := Client{Addr: address(r.RemoteAddr), Secure: r.TLS != nil}
	if !isTrusted(c.Addr) {
		return c
	}
	protocols := headerList(r, "X-Forwarded-Proto")
	c.Secure = strings.EqualFold(protocols[len(protocols)-1], "https")
	for _, hop := range slices.Backward(headerList(r, "X-Forwarded-For")) {
		addr := address(hop)
		if !addr.IsValid() {
			break
		}
		c.Addr = addr
		if !isTrusted(addr) {
			break
		}
	}
	return c
}

// headerList returns the elements of a header that is a list, at least one.
func headerList(r *http.Request, name string) []string {
	elements := strings.Split(strings.Join(r.Header.Values(name), ","), ",")
	for i, element := range elements {
		elements[i] = strings.TrimSpace(element)
	}
	return elements
}

// address parses an address with or without a port. It returns the zero Addr if the text is
// neither.
func address(text string) netip.Addr {
	addr, err := netip.ParseAddr(strings.Trim(text, "[]"))
	if err != nil {
		withPort, _ := netip.ParseAddrPort(text)
		addr = withPort.Addr()
	}
	return addr.Unmap().WithZone("")
}
