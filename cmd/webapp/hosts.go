package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// askAgain is how long to wait before a host is asked again that does not accept writes.
const askAgain = 250 * time.Millisecond

// findHost looks, among the hosts that DATABASE_URL names, for the one that accepts writes,
// and makes it the only one. It asks all hosts at the same time. pgx asks one after the
// other: then a machine that says nothing holds up every connection, and may hide that the next
// host is just being promoted.
//
// It fails when every host has said no, or when longestConnect is over.
func findHost(ctx context.Context, config *pgx.ConnConfig) error {
	hosts := append([]*pgconn.FallbackConfig{{Host: config.Host, Port: config.Port, TLSConfig: config.TLSConfig}}, config.Fallbacks...)
	if len(hosts) == 1 || config.ValidateConnect == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, longestConnect)
	defer cancel()
	answers := make(chan answer, len(hosts))
	for i, host := range hosts {
		go askHost(ctx, i, only(config, host), answers)
	}
	said := make([]error, len(hosts))
	for {
		select {
		case a := <-answers:
			if a.err == nil {
				found := hosts[a.host]
				config.Host, config.Port, config.TLSConfig, config.Fallbacks = found.Host, found.Port, found.TLSConfig, nil
				return nil
			}
			if said[a.host] = a.err; !slices.Contains(said, nil) {
				return noHost(said)
			}
		case <-ctx.Done():
			return noHost(append(said, ctx.Err()))
		}
	}
}

// An answer is what a host said: an error, or nil if it accepts writes.
type answer struct {
	host int
	err  error
}

// askHost asks a host again and again, until it accepts writes or the context is done.
func askHost(ctx context.Context, number int, host *pgx.ConnConfig, answers chan<- answer) {
	for {
		conn, err := pgconn.ConnectConfig(ctx, &host.Config)
		if err == nil {
			_ = conn.Close(ctx) // it was made to ask
		}
		select {
		case answers <- answer{number, err}:
		case <-ctx.Done():
			return
		}
		select {
		case <-time.After(askAgain):
		case <-ctx.Done():
			return
		}
	}
}

// only returns a configuration with one of its hosts.
func only(config *pgx.ConnConfig, host *pgconn.FallbackConfig) *pgx.ConnConfig {
	alone := config.Copy()
	alone.Host, alone.Port, alone.TLSConfig, alone.Fallbacks = host.Host, host.Port, host.TLSConfig, nil
	return alone
}

func noHost(said []error) error {
	return fmt.Errorf("none of the hosts that DATABASE_URL names will do: %w", errors.Join(said...))
}
