package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"time"
)

// healthcheck asks the webapp at -addr whether it is well, and fails if it is not.
func healthcheck(ctx context.Context, o options) error {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	addr, err := net.ResolveTCPAddr("tcp", o.addr)
	if err != nil {
		return fmt.Errorf("-addr: %w", err)
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, urlOf(addr)+"/healthz", nil)
	if err != nil {
		return err
	}
	direct := &http.Client{Transport: &http.Transport{}} // through no proxy that the environment names
	response, err := direct.Do(request)
	if err != nil {
		return rootCause(err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("%s answers %s", request.URL, response.Status)
	}
	return nil
}
