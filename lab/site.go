package lab

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"go-crablet/dcb"
	"go-crablet/dcb/dcbschema"
	"go-crablet/migrations"
)

// A Site is where a strategy works: a log in a schema of its own, empty at first. Its
// connections see nothing but that schema, so a strategy can't touch the real log, however
// broken it is.
//
// The schema stays until the next site of the strategy is opened. So one can look at what the
// strategy did: select * from lab_no_condition.dcb_event.
type Site struct {
	Strategy Strategy
	Log      dcb.Log

	pool  *pgxpool.Pool
	store *dcb.Store
	claim *pgxpool.Conn // holds the lock on the schema
}

// connections is how many connections a site has. Contenders who wait in a window hold none.
const connections = 8

// lockNamespace keeps the lab's advisory locks apart from all others in the database.
const lockNamespace = 1_818_321_507

// checkSites fails with [Busy] if no site can be opened in the pool's database: a site needs
// sessions of its own, and the right to create its schema.
func checkSites(ctx context.Context, pool *pgxpool.Pool) error {
	conn, err := pool.Acquire(ctx)
	if err != nil {
		return fmt.Errorf("open the site of a strategy: %w", err)
	}
	defer conn.Release()
	pooled, err := migrations.SharesSessions(ctx, conn.Conn())
	if err != nil {
		return fmt.Errorf("open the site of a strategy: %w", err)
	}
	if pooled {
		return Busy("there is a connection pooler in front of the database, and each strategy needs sessions of its own: start the program with a direct connection to compare them")
	}
	var allowed bool
	const ask = `select has_database_privilege(current_database(), 'create')`
	if err := conn.QueryRow(ctx, ask).Scan(&allowed); err != nil {
		return fmt.Errorf("open the site of a strategy: %w", err)
	}
	if !allowed {
		return Busy("each strategy needs a schema of its own, and the program may not create any: grant its role CREATE on the database to compare them")
	}
	return nil
}

// OpenSite makes the schema of a strategy anew in the pool's database, and opens a log in it.
// It needs a role that may create schemas, and a direct connection to the server. The error is
// [Busy] if one of them is missing, or if another site of the strategy is open, in this or any
// other process.
func OpenSite(ctx context.Context, pool *pgxpool.Pool, strategy Strategy) (site *Site, err error) {
	if err := checkSites(ctx, pool); err != nil {
		return nil, err
	}
	s := &Site{Strategy: strategy}
	defer func() {
		if err != nil {
			s.Close()
		}
	}()
	config := pool.Config()
	config.ConnConfig.RuntimeParams["search_path"] = strategy.Schema()
	config.ConnConfig.RuntimeParams["default_transaction_read_only"] = "off"
	config.MaxConns, config.MinConns, config.MinIdleConns = connections, 0, 0
	if s.pool, err = pgxpool.NewWithConfig(ctx, config); err != nil {
		return nil, fmt.Errorf("open the site of a strategy: %w", err)
	}
	if err := s.claimSchema(ctx); err != nil {
		return nil, err
	}
	if s.store, err = dcb.NewEventStore(ctx, s.pool); err != nil {
		return nil, err
	}
	s.Log = strategy.open(s)
	return s, nil
}

// claimSchema takes the lock on the schema, and makes the schema anew.
func (s *Site) claimSchema(ctx context.Context) (err error) {
	if s.claim, err = s.pool.Acquire(ctx); err != nil {
		return fmt.Errorf("open the site of a strategy: %w", err)
	}
	var free bool
	const claim = `select pg_try_advisory_lock($1, hashtext($2))`
	if err := s.claim.QueryRow(ctx, claim, lockNamespace, s.Strategy.Schema()).Scan(&free); err != nil {
		return fmt.Errorf("claim the schema of a strategy: %w", err)
	}
	if !free {
		return Busy("somebody else is running this strategy right now: try again when they are done")
	}
	schema := pgx.Identifier{s.Strategy.Schema()}.Sanitize()
	// Several statements without arguments are one transaction.
	anew := "drop schema if exists " + schema + " cascade;\ncreate schema " + schema + ";\n" + dcbschema.SQL() + ";\n" + s.Strategy.ddl
	if _, err := s.claim.Exec(ctx, anew); err != nil {
		return fmt.Errorf("make the schema of a strategy: %w", err)
	}
	return nil
}

// Close closes the log and its connections, and releases the lock on the schema.
func (s *Site) Close() {
	if s.store != nil {
		s.store.Close()
	}
	if s.claim != nil {
		// The end of the session releases the lock, too, but a moment later.
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		_, _ = s.claim.Exec(ctx, `select pg_advisory_unlock_all()`)
		s.claim.Release()
	}
	if s.pool != nil {
		s.pool.Close()
	}
}
