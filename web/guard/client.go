package guard

import (
	"context"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// A Client is where a request comes from, as far as that can be believed.
type Client struct {
	Addr   netip.Addr // the zero Addr when it can't be told
	Secure bool       // it came over TLS
}

// Network is what counts as one client: an address, or of IPv6 the 64 bits that
// everybody has to themselves.
func (c Client) Network() netip.Prefix {
	bits := 64
	if c.Addr.Is4() {
		bits = 32
	}
	network, _ := c.Addr.Prefix(bits) // those without an address are one
	return network
}

// WideNetwork is all that one person or one small company can have: of IPv4 256 addresses,
// of IPv6 the 48 bits that providers hand out at most.
func (c Client) WideNetwork() netip.Prefix {
	bits := 48
	if c.Addr.Is4() {
		bits = 24
	}
	network, _ := c.Addr.Prefix(bits)
	return network
}

type clientKey struct{}

// WithClient says which client a request comes from.
func WithClient(ctx context.Context, c Client) context.Context {
	return context.WithValue(ctx, clientKey{}, c)
}

// ClientOf returns the client that a request comes from.
func ClientOf(r *http.Request) Client {
	c, _ := r.Context().Value(clientKey{}).(Client)
	return c
}

// ClientBehind returns who is connected, or when that is a trusted proxy, whom it
// speaks for. Every proxy appends to X-Forwarded-For whom it heard from, so the last
// address that is no trusted proxy's is the client's; what stands before it is what the
// client made up.
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

// address reads an address with or without a port. It is the zero Addr when there
// is none to be read.
func address(text string) netip.Addr {
	addr, err := netip.ParseAddr(strings.Trim(text, "[]"))
	if err != nil {
		withPort, _ := netip.ParseAddrPort(text)
		addr = withPort.Addr()
	}
	return addr.Unmap().WithZone("")
}
