package main

import (
	"context"
	"log/slog"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"go-crablet/internal/pgurl"
	"go-crablet/nearby"
	"go-crablet/standing"
)

// openStandbys opens the standbys that READ_DATABASE_URL names. One that can't be used does not keep
// the program from starting: after a failover it may be the primary.
func (m *Main) openStandbys(ctx context.Context) error {
	standbys, err := openStandbys(ctx, m.options.readURL, m.database.pool, 0, m.logger)
	if err != nil || standbys == nil {
		return err
	}
	m.standbys = standbys
	m.onClose(func() { closeSoon(standbys.Close) })
	return nil
}

// openStandbys opens the standbys that a URL names, or returns nil if it is empty. Each gets most
// connections; 0 is as many as the URL says.
func openStandbys(ctx context.Context, url string, primary *pgxpool.Pool, most int32, logger *slog.Logger) (*nearby.Standbys, error) {
	if url == "" {
		return nil, nil
	}
	configs, err := standbysIn(url)
	if err != nil {
		return nil, err
	}
	for _, config := range configs {
		if most > 0 {
			config.MaxConns = most
		}
	}
	return nearby.Open(ctx, primary, configs, logger)
}

// standbysIn returns the configuration of a pool for each host that a URL names. A host that can be
// reached in several ways, as with TLS and without, is one of them.
func standbysIn(url string) ([]*pgxpool.Config, error) {
	config, err := poolConfig(url, pgurl.Standbys, false)
	if err != nil {
		return nil, err
	}
	type host struct {
		name string
		port uint16
	}
	all := append([]*pgconn.FallbackConfig{{Host: config.ConnConfig.Host, Port: config.ConnConfig.Port, TLSConfig: config.ConnConfig.TLSConfig}},
		config.ConnConfig.Fallbacks...)
	ways := map[host][]*pgconn.FallbackConfig{}
	var hosts []host
	for _, way := range all {
		h := host{way.Host, way.Port}
		if ways[h] == nil {
			hosts = append(hosts, h)
		}
		ways[h] = append(ways[h], way)
	}
	var configs []*pgxpool.Config
	for _, h := range hosts {
		one := config.Copy()
		one.BeforeConnect = nil
		one.ConnConfig.ValidateConnect = nil // whether it is a standby is asked again and again
		one.ConnConfig.Host, one.ConnConfig.Port, one.ConnConfig.TLSConfig = h.name, h.port, ways[h][0].TLSConfig
		one.ConnConfig.Fallbacks = ways[h][1:]
		configs = append(configs, one)
	}
	return configs, nil
}

// withStandbys adds to a report how the standbys stand.
func withStandbys(report standing.Report, standbys *nearby.Standbys) standing.Report {
	if standbys == nil {
		return report
	}
	section := standing.Section{Name: "Standbys to read from"}
	for _, state := range standbys.States() {
		line := standing.Line{
			Name: "Standby " + state.Name, Value: state.Words(), State: standing.Well,
			Normal: "used, and less than " + nearby.LongestLag.String() + " behind the primary",
			ToDo:   "Pages are read from the primary meanwhile. Look into the log of the standby, or name another one in READ_DATABASE_URL.",
		}
		if state.Why != "" {
			line.State = standing.Unwell
		}
		section.Lines = append(section.Lines, line)
	}
	report.Sections = append(report.Sections, section)
	return report
}
